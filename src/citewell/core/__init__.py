"""Values: what travels between the stages. Nothing here reads or writes anything."""
