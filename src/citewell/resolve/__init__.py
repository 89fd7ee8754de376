"""All parsed files to one site, and what fills every hole. Values in, values out."""
