"""Write the bill of materials of a release: `dist/citewell-VERSION.cdx.json`, in the CycloneDX format.

    .venv/bin/python tools/sbom.py

It names the packages of `requirements/run.txt` with the hashes that the lock admits, one for each file that a machine
may get, and the fonts inside the package. It is the same at each run: it holds no date and no chance.
"""

import re
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import metadata, requires
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "run.txt"
FONTS = ROOT / "src" / "citewell" / "outputs" / "cards"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def bill() -> str:
    """Give the bill of materials as JSON."""
    packages = {component.name: component for component in _packages()}
    ours = _component(PROJECT["name"], PROJECT["version"], PROJECT["license"], ComponentType.APPLICATION)
    ours.components.update(_fonts())
    seen = sha256(LOCK.read_bytes() + PROJECT["version"].encode()).hexdigest()
    bom = Bom(components=packages.values(), serial_number=uuid5(NAMESPACE_URL, f"citewell:{seen}"))
    bom.metadata.component = ours
    bom.metadata.timestamp = None  # type: ignore[assignment]  # it is optional in the format, though not in the library
    extras = (line for extra in PROJECT["optional-dependencies"].values() for line in extra)
    bom.register_dependency(ours, _named([*PROJECT["dependencies"], *extras], packages))
    for name, component in packages.items():
        bom.register_dependency(component, _named(requires(name) or [], packages))
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _packages() -> Iterator[Component]:
    """Give the packages of the lock."""
    for line in LOCK.read_text("ascii").replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
        name, version = requirement.split("==")
        component = _component(name, version, _licence(name), ComponentType.LIBRARY)
        component.purl = PackageURL("pypi", name=name, version=version)
        component.hashes.update(HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in hashes)
        yield component


def _fonts() -> Iterator[Component]:
    for font in sorted(FONTS.glob("*.ttf")):
        component = _component(font.name, "", "OFL-1.1", ComponentType.FILE)
        component.hashes.add(
            HashType(alg=HashAlgorithm.SHA_256, content=sha256(font.read_bytes()).hexdigest())
        )
        yield component


def _component(name: str, version: str, licence: str, kind: ComponentType) -> Component:
    return Component(
        name=name,
        version=version or None,
        type=kind,
        bom_ref=f"{name}@{version}" if version else name,
        licenses=[_as_licence(licence)],
    )


def _as_licence(text: str) -> License:
    return LicenseFactory().make_from_string(text)


def _licence(name: str) -> str:
    """Give the licence that an installed package tells of itself: as an expression, in a word, or by its class."""
    told = metadata(name).json
    classes = [
        line.split(" :: ")[-1] for line in told.get("classifier", ()) if line.startswith("License :: ")
    ]
    words = [str(told.get("license_expression", "")), str(told.get("license", "")), *classes]
    return next(word for word in words if word and "\n" not in word)


def _named(requirements: list[str], packages: dict[str, Component]) -> list[Component]:
    """Give those packages of the lock that these requirements name."""
    names = {canonicalize_name(Requirement(line).name) for line in requirements}
    return [packages[name] for name in sorted(names & packages.keys())]


if __name__ == "__main__":
    place = ROOT / "dist" / f"{PROJECT['name']}-{PROJECT['version']}.cdx.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(bill(), "utf-8")
