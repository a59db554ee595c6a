"""Validates rendered Kubernetes objects against the schemas of several versions of Kubernetes and of custom resources.

usage: validate_manifests.py --crds FOLDER --kubernetes VERSION [--kubernetes VERSION …] FILE…

Names that a schema does not know are refused, in custom resources too. Ends with 1 and one line a problem.
"""

import argparse
import pathlib
import sys

import jsonschema
import kubernetes_validate
import yaml


def closed(schema: dict) -> dict:
    """An openAPIV3Schema that refuses what it does not name; Kubernetes itself would drop it."""
    schema = dict(schema)
    if "properties" in schema:
        schema["properties"] = {name: closed(part) for name, part in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
    if isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = closed(schema["additionalProperties"])
    if "items" in schema:
        schema["items"] = closed(schema["items"])
    if schema.pop("x-kubernetes-int-or-string", False):
        schema.pop("anyOf", None)
        schema["type"] = ["integer", "string"]
    return schema


def custom_schemas(folder: pathlib.Path) -> dict:
    """Schemas by (apiVersion, kind)."""
    schemas = {}
    for file in sorted(folder.glob("*.yaml")):
        spec = yaml.safe_load(file.read_text())["spec"]
        for version in spec["versions"]:
            root = closed(version["schema"]["openAPIV3Schema"])
            root["properties"]["metadata"] = {"type": "object"}
            schemas[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = root
    return schemas


def problems(objects: list, custom: dict, versions: list) -> list:
    found = []
    for one in objects:
        name = f"{one['kind']} {one['metadata']['name']}"
        schema = custom.get((one["apiVersion"], one["kind"]))
        if schema is not None:
            errors = jsonschema.Draft202012Validator(schema).iter_errors(one)
            found += [f"{name}: {error.json_path} {error.message}" for error in errors]
            continue
        for version in versions:
            try:
                kubernetes_validate.validate(one, version, strict=True)
            except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
                found.append(f"{name}: Kubernetes {version}: {getattr(error, 'message', error)}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--crds", type=pathlib.Path, required=True)
    parser.add_argument("--kubernetes", action="append", required=True)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    custom = custom_schemas(args.crds)
    failed = False
    checked = 0
    for file in args.files:
        objects = [one for one in yaml.safe_load_all(file.read_text()) if one is not None]
        checked += len(objects)
        for line in problems(objects, custom, args.kubernetes):
            failed = True
            print(f"{file.stem}: {line}", file=sys.stderr)
    print(f"{checked} objects of {len(args.files)} files, Kubernetes {', '.join(args.kubernetes)}")
    return 1 if failed or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
