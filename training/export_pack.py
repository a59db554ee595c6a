"""Calibrates trained classifiers on validation studies of clinical prevalence and writes a model pack.

    python export_pack.py --template packs/default.json --run DIR --classifiers multi-view --calibration DIR --out PACK
        [--localiser FILE.pt|PACK] [--name NAME] [--figures evaluate.json]

--classifiers names, of each of the template's classifiers in order, its checkpoint in RUN, several of them as A+B+C (one
network, the mean of their logits), or PACK:K, the classifier K of another pack, which is copied. So is the localiser of
another pack: every pack is whole in itself. --calibration names data sets; each classifier is calibrated on those that
hold its samples.
"""

import argparse
import hashlib
import json
import re
from pathlib import Path

import onnx
import torch

from calibrate import all_logits, calibrate
from dataset import BLANK, about, classifier_samples, holding, seen, together
import foramen_finder
import joint_reading
import likeness
import localiser
import segmenter
from model_card import facts_of, write_card
from networks import network, parameters
from onnx_file import export, halve


def trained(path: Path):
    """The network with its best weights, and its checkpoint."""
    if not path.exists():
        raise SystemExit(f"{path}: missing; train it first")
    state = torch.load(path, weights_only=True)
    net = network(state["options"]["network"], state["spec"], state["options"]["width"])
    net.load_state_dict(state["best"]["net"])
    return net.eval(), state


# The distance to the side is in mm, and of noise a wide guess: a slice is some 4 mm thick.
LOCALISER_TOLERANCE = 5e-2


class Mean(torch.nn.Module):
    """Several networks that see and say the same, as one: the mean of their logits."""

    def __init__(self, members):
        super().__init__()
        self.members = torch.nn.ModuleList(members)
        self.full_precision = any(getattr(net, "full_precision", False) for net in members)

    def forward(self, *inputs):
        return torch.stack([net(*inputs) for net in self.members]).mean(0)


def copied(source: Path, spec: dict, out: Path, file: str) -> dict:
    """A network of another pack under the name that this pack gives it, its weights stored as ours are."""
    whole = (source / spec["file"]).read_bytes()
    if hashlib.sha256(whole).hexdigest() != spec["sha256"]:
        raise SystemExit(f"{source / spec['file']}: is not the file its manifest names")
    model = onnx.load_from_string(whole)
    given = model.SerializeToString() if halve(model) else whole
    (out / file).write_bytes(given)
    return {**spec, "file": file, "sha256": hashlib.sha256(given).hexdigest()}


def from_pack(source: Path, entry: str, out: Path, network: str) -> tuple[dict, dict]:
    """Manifest entry and facts of a network that another pack has."""
    pack = json.loads((source / "manifest.json").read_text())
    spec = copied(source, pack[entry], out, f"{network}.onnx")
    return spec, {"network": network, "from": f"{pack['name']} {pack['version']}"}


def export_localiser(source: Path, out: Path) -> tuple[dict, dict]:
    """Manifest entry and facts of a localiser from a checkpoint, or copied from a pack."""
    if source.is_dir():
        return from_pack(source, "localiser", out, "localiser")
    net, state = trained(source)
    spec, size = state["spec"], state["spec"]["input"]["size"]
    spec["sha256"] = export(
        localiser.Served(net),
        (torch.rand(1, spec["input"]["slices"], size, size),),
        out / spec["file"],
        [spec["input"]["name"]],
        [spec["output"]["heatmaps"], spec["output"]["lateralOffset"]],
        LOCALISER_TOLERANCE,
    )
    return spec, facts_of(state, parameters(net))


def export_finder(source: Path, out: Path) -> tuple[dict, dict]:
    """Manifest entry and facts of a foramen finder from a checkpoint, or copied from a pack."""
    if source.is_dir():
        return from_pack(source, "foramenFinder", out, "foramen-finder")
    net, state = trained(source)
    spec, size = state["spec"], state["spec"]["input"]["size"]
    shape = (torch.rand(1, 1, size, size),)
    names = [spec["input"]["name"]], [spec["output"]["heatmaps"]]
    spec["sha256"] = export(foramen_finder.Served(net), shape, out / spec["file"], *names)
    return spec, facts_of(state, parameters(net))


def export_segmenter(source: Path, out: Path) -> tuple[dict, list[dict]]:
    """
    Manifest entry and facts of a segmenter's networks from a folder of checkpoints, or copied from a pack. What a network went on
    from lies in the folder's `first`.
    """
    if (source / "manifest.json").exists():
        pack = json.loads((source / "manifest.json").read_text())
        entry = {plane: copied(source, spec, out, spec["file"]) for plane, spec in pack["segmenter"].items()}
        return entry, [{"network": f"segmenter-{plane}", "from": f"{pack['name']} {pack['version']}"} for plane in entry]
    entry, facts = {}, []
    for plane in segmenter.PLANES:
        checkpoint = source / f"segmenter-{plane}.pt"
        # Sagittal slices have to be read; axial ones may be.
        if plane != "sagittal" and not checkpoint.exists():
            continue
        net, state = trained(checkpoint)
        spec, size = state["spec"], state["spec"]["input"]["size"]
        names = [spec["input"]["name"]], [spec["output"]["name"]]
        spec["sha256"] = export(segmenter.Served(net), (torch.rand(1, 1, size, size),), out / spec["file"], *names)
        entry[plane] = spec
        facts.append(facts_of(state, parameters(net)))
        first = source / "first" / checkpoint.name
        if first.exists():
            before, earlier = trained(first)
            facts[-1]["first"] = facts_of(earlier, parameters(before))
    return entry, facts


def add_segmenter_to(manifest: dict, source: Path, out: Path) -> list[dict]:
    """Puts a segmenter into a manifest, which then uses the series that it reads; returns its facts."""
    manifest["segmenter"], facts = export_segmenter(source, out)
    roles = [network["input"]["role"] for network in manifest["segmenter"].values()]
    manifest["uses"] = list(dict.fromkeys([*manifest["uses"], *roles]))
    return facts


def example_inputs(spec: dict) -> tuple[torch.Tensor, ...]:
    """One study's tensors: every level, and both sides of each where samples are sides."""
    n = len(spec["levels"]) * (2 if spec["sample"] == "level-side" else 1)
    inputs = []
    for i in spec["inputs"]:
        views, slices, size = len(i["views"]), len(i["views"][0]["slicesMm"]), i["size"]
        shape = (n, views * slices, size, size) if i["layout"] == "channels" else (n, views, slices, size, size)
        inputs.append(torch.rand(shape))
    if "mask" in spec:
        inputs.append(torch.ones(n, sum(len(i["views"]) for i in spec["inputs"])))
    return tuple(inputs)


def posteriors_by_study(net, samples, spec: dict, by_head: list[dict]) -> tuple[torch.Tensor, torch.Tensor]:
    """Calibrated posteriors [studies, 25, 3], NaN where nothing has a grade, and grades [studies, 25], −1 there."""
    levels, heads = spec["levels"], spec["output"]["heads"]
    if spec["sample"] != "level" or spec["output"].get("classes") != list(joint_reading.GRADES):
        return torch.empty(0, 25, 3), torch.empty(0, 25, dtype=torch.long)
    logits, truth = all_logits(net, samples, spec)
    studies = len(logits) // len(levels)
    logits, truth = (x.unflatten(0, (studies, len(levels))) for x in (logits, truth))
    posteriors, grades = torch.full((studies, 25, 3), torch.nan), torch.full((studies, 25), -1)
    for h, head in enumerate(heads):
        calibration = by_head[h]["calibration"]
        for k, level in enumerate(levels):
            target = (head["condition"], head["side"], joint_reading.LEVELS.index(level))
            at = joint_reading.TARGETS.index(target)
            known = truth[:, k, h] != BLANK
            scores = logits[:, k, h] / calibration["temperature"] + torch.tensor(calibration["bias"])
            posteriors[known, at] = torch.softmax(scores, -1)[known]
            grades[known, at] = truth[known, k, h]
    return posteriors, grades


def export_classifier(
    run: Path, name: str, template: dict, requires: list[str], calibration: list[str], data: list[str], out: Path,
    equal: bool = False,
):
    """
    Manifest entry, facts and calibration posteriors of one classifier of a pack that requires these series. `data`: sets
    whose patches an image is to be like; where none has patches of the classifier, nothing is said of it. `equal`: see `calibrate`.
    """
    if ":" in name:
        return (*taken_over(*name.rsplit(":", 1), template, out), None)
    spec, members, facts = json.loads(json.dumps(template)), [], []
    for checkpoint in (run / f"{member}.pt" for member in name.split("+")):
        net, state = trained(checkpoint)
        if seen(state["spec"]) != seen(spec):
            raise SystemExit(f"{checkpoint}: was trained on other inputs or heads than the template's {spec['file']}")
        members.append(net)
        facts.append(facts_of(state, parameters(net)))
    net = members[0] if len(members) == 1 else Mean(members).eval()
    calibrated_on = holding(calibration, spec)
    if not calibrated_on:
        raise SystemExit(f"{', '.join(calibration)}: none holds samples of {spec['file']}")
    samples = together(calibrated_on, lambda folder: classifier_samples(folder, spec))
    by_head, lines = calibrate(net, samples, spec, requires, equal)
    read = posteriors_by_study(net, samples, spec, by_head)
    for line in lines:
        print(json.dumps(line))
    spec["output"]["heads"] = [{**h, **c} for h, c in zip(spec["output"]["heads"], by_head)]
    names = [i["name"] for i in spec["inputs"]] + ([spec["mask"]] if "mask" in spec else [])
    spec["sha256"] = export(net, example_inputs(spec), out / spec["file"], names, [spec["output"]["name"]])
    if alike := holding(data, spec):
        fitted_to = together(alike, lambda folder: classifier_samples(folder, spec))
        for i, found in zip(spec["inputs"], likeness.likeness_of(fitted_to, spec)):
            i["likeness"] = found
    fact = {**facts[0], "parameters": parameters(net), "members": facts}
    return spec, {**fact, "calibrationData": about(samples), "calibration": lines}, read


def taken_over(source: str, k: str, template: dict, out: Path) -> tuple[dict, dict]:
    """
    Manifest entry and facts of a classifier of another pack, its calibration with it. What it requires in this pack, where other
    networks may read what it cannot, the template says.
    """
    pack = json.loads((Path(source) / "manifest.json").read_text())
    other = pack["classifiers"][int(k)]
    if seen(other) != seen(template):
        raise SystemExit(f"{source}: its classifier {k} has other inputs or heads than the template's {template['file']}")
    entry = {k: v for k, v in copied(Path(source), other, out, template["file"]).items() if k != "requires"}
    if "requires" in template:
        entry["requires"] = template["requires"]
    heads = [{**own, **theirs} for own, theirs in zip(template["output"]["heads"], other["output"]["heads"])]
    entry["output"] = {**entry["output"], "heads": heads}
    return entry, {"network": template["file"], "from": f"{pack['name']} {pack['version']}"}


def with_joint_reading(manifest: dict, grades: tuple[str, list[int]], read: list) -> dict:
    """Adds what the rows of grades say to the manifest; returns what the card says of it."""
    model = joint_reading.learn(*grades)
    strength, lines = dict.fromkeys(joint_reading.CONDITIONS, 0.0), []
    for posteriors, truth in read:
        chosen, own = joint_reading.strengths(model, posteriors, truth)
        strength.update({line["of"]: chosen[line["of"]] for line in own})
        lines += own
    manifest["jointReading"] = joint_reading.manifest_entry(model, strength)
    return {**model["about"], "logLoss": model["logLoss"], "strengths": lines}


def export_pack(
    template: dict, run: Path, classifiers: list[str], localiser: Path, calibration: list[str], licence: Path, out: Path,
    data: list[str] = (), grades: tuple[str, list[int]] | None = None, finder: Path | None = None, equal: bool = False,
    segmenter_from: Path | None = None,
):
    """Writes ONNX files and manifest; returns the manifest and the facts for the card: of the networks, of joint reading."""
    if len(classifiers) != len(template["classifiers"]):
        raise SystemExit(f"--classifiers: the template has {len(template['classifiers'])}, {len(classifiers)} named")
    out.mkdir(parents=True, exist_ok=True)
    manifest = dict(template)
    manifest["localiser"], facts = export_localiser(localiser, out)
    facts = [facts]
    if "foramenFinder" in template:
        manifest["foramenFinder"], fact = export_finder(finder or run / "foramen-finder.pt", out)
        facts.append(fact)
    if segmenter_from:
        facts += add_segmenter_to(manifest, segmenter_from, out)
    if "licence" in template:
        text = licence.read_bytes()
        (out / template["licence"]["file"]).write_bytes(text)
        manifest["licence"] = {**template["licence"], "sha256": hashlib.sha256(text).hexdigest()}
    entries, read = [], []
    for name, spec in zip(classifiers, template["classifiers"]):
        entry, fact, posteriors = export_classifier(run, name, spec, template["requires"], calibration, data, out, equal)
        entries.append(entry)
        facts.append(fact)
        read += [posteriors] if posteriors else []
    manifest["classifiers"] = entries
    joint = with_joint_reading(manifest, grades, read) if grades else None
    return manifest, facts, joint


def written(manifest: dict) -> str:
    """As JSON, a list of numbers on one line."""
    text = json.dumps(manifest, indent=2)
    return re.sub(r"\[[-\d.,e\s]+\]", lambda found: " ".join(found[0].split()).replace("[ ", "[").replace(" ]", "]"), text) + "\n"


def described(manifest: dict, name: str | None, facts: list[dict]) -> dict:
    """A pack under a name of its own says which networks it is of."""
    if name is None:
        return manifest
    networks = dict.fromkeys(f"{f['network']}, width {f['width']:g}" for f in facts if "calibration" in f)
    return {**manifest, "name": name, "description": f"{manifest['description']} Network: {'; '.join(networks)}."}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--template", required=True, help="the pack's manifest without hashes and calibration")
    parser.add_argument("--run", required=True, help="folder of checkpoints")
    parser.add_argument("--classifiers", required=True, nargs="+", metavar="NAME")
    parser.add_argument("--localiser", help="a checkpoint, or a pack to copy it from; default RUN/localiser.pt")
    parser.add_argument("--finder", help="of foramina: a checkpoint, or a pack to copy it from; default RUN/foramen-finder.pt")
    parser.add_argument("--segmenter", help="a folder of its checkpoints, or a pack to copy it from; default: none")
    parser.add_argument("--equal", action="store_true", help="posteriors for tests in which all grades are equally frequent")
    parser.add_argument("--licence", help="text that goes with the weights; default: the template's name with .licence.txt")
    parser.add_argument("--calibration", required=True, nargs="+", help="datasets of clinical prevalence, of no weight seen")
    parser.add_argument("--like", nargs="*", default=[], help="datasets of training: an image unlike them all is marked in use")
    parser.add_argument("--grades", help="the challenge's table of grades, which joint reading is learned from")
    parser.add_argument("--grades-folds", nargs="+", type=int, default=list(range(7)), help="parts of its studies")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", help="the pack's name; default: the template's")
    parser.add_argument("--figures", nargs="*", default=[], help="JSON files of `cli evaluate`, whose figures go into the model card")
    args = parser.parse_args(argv)
    template, out = json.loads(Path(args.template).read_text()), Path(args.out)
    grades = (args.grades, args.grades_folds) if args.grades else None
    licence = Path(args.licence or Path(args.template).with_suffix(".licence.txt"))
    localiser = Path(args.localiser or Path(args.run) / "localiser.pt")
    finder = Path(args.finder) if args.finder else None
    manifest, facts, joint = export_pack(
        template, Path(args.run), args.classifiers, localiser, args.calibration, licence, out, args.like, grades, finder, args.equal,
        Path(args.segmenter) if args.segmenter else None,
    )
    manifest = described(manifest, args.name, facts)
    (out / "manifest.json").write_text(written(manifest))
    write_card(out, manifest, facts, args.figures, joint)
    print({f.name: f.stat().st_size for f in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
