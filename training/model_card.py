"""The model card: what the networks are, what they have seen, how they were chosen, and figures where there are any.

    python model_card.py PACK --figures evaluate.json      # the figures of an existing pack's card, filled in anew
"""

import argparse
import json
from pathlib import Path

USE = "**Research use only. Not a medical device. Not for diagnosis.**"
FIRST = "first fit"
FIGURES = ("<!-- figures -->", "<!-- end of figures -->")
MEASURES = {
    "logLoss": "log loss",
    "weightedLogLoss": "with weights 1, 2, 4",
    "competitionLogLoss": "the same, probabilities weighted too",
    "accuracy": "accuracy",
    "macroF1": "macro F1",
    "aurocModerateOrWorse": "AUROC, Moderate or worse",
    "aurocSevere": "AUROC, Severe",
    "calibrationErrorModerateOrWorse": "calibration error, P(Moderate or worse)",
}


def facts_of(state: dict, parameters: int) -> dict:
    """What a checkpoint knows of its training."""
    best = state["best"]
    chosen = state["log"][best["epoch"] - 1]
    figures = {k: v for k, v in chosen.items() if k not in ("epoch", "seconds")}
    seconds = sum(line["seconds"] for line in state["log"])
    return {
        **state["options"],
        "parameters": parameters,
        "data": state["facts"],
        "chosenEpoch": best["epoch"],
        "trainedEpochs": len(state["log"]),
        "seconds": seconds,
        "figures": figures,
    }


def write_card(out: Path, manifest: dict, facts: list[dict], figures: list[str], joint: dict | None = None):
    licence = manifest.get("licence")
    parts = [
        f"# {manifest['name']} {manifest['version']}",
        USE,
        manifest["description"],
        f"Trained on: {manifest['trainedOn']}",
        *([f"Licence of the weights: {licence['name']}, see [{licence['file']}]({licence['file']})."] if licence else []),
        "## Networks",
        networks_table(networks_of(manifest), facts),
        "## Training",
        "\n".join(f"- {line}" for fact in facts for line in training_lines(fact)),
        "## Calibration",
        calibration_text(facts),
        *(["## Joint reading", joint_text(joint)] if joint else []),
        *(["## What is marked as uncertain", uncertain_text(manifest)] if "uncertainBelow" in manifest else []),
        "## Figures",
        figures_block(figures),
        "## Limits",
        "What it has not seen in training it cannot be trusted with: see *Trained on*. Figures hold for the images they were "
        "measured on and say nothing of other scanners, protocols or patients. Judge it on your own studies with "
        "`npm run -s cli -- evaluate` before using it for anything.",
    ]
    (out / "MODEL_CARD.md").write_text("\n\n".join(parts) + "\n")


def add_segmenter_section(out: Path, manifest: dict, facts: list[dict]):
    """Puts what is said of the segmenter behind an existing card, in place of what was said before; or where the card lists it."""
    card = out / "MODEL_CARD.md"
    listed = card.exists() and "\n## Segmenter\n" not in card.read_text() and "\n- segmenter-sagittal:" in card.read_text()
    if listed:
        for fact, spec in zip(facts, manifest["segmenter"].values()):
            replace_lines(card, fact, spec)
        return
    before = card.read_text().split("\n## Segmenter\n")[0].rstrip() if card.exists() else f"# {manifest['name']}"
    table = networks_table(list(manifest["segmenter"].values()), facts)
    lines = [f"- {line}" for fact in facts for line in training_lines(fact)]
    source = (
        "Masked slices: SPIDER (van der Graaf et al., Scientific Data 2024;11:264), CC BY 4.0. What is drawn there as spinal "
        "canal ends at the dura and was learned as the dural sac; the sacrum and the epidural space were learned from phantoms alone."
    )
    card.write_text("\n\n".join([before, "## Segmenter", table, source, "\n".join(lines)]) + "\n")


def replace_localiser_lines(out: Path, manifest: dict, fact: dict):
    """Says of a card's localiser what it now is."""
    replace_lines(out / "MODEL_CARD.md", fact, manifest["localiser"])


def replace_lines(card: Path, fact: dict, spec: dict):
    """Says of a network what it now is: its row of the networks and its lines of their training."""
    row = networks_table([spec], [fact]).splitlines()[-1]
    trained = "\n".join(f"- {line}" for line in training_lines(fact))
    lines = {f"| `{spec['file']}`": row, f"- {fact['network']}:": trained}
    before = [line for line in card.read_text().split("\n") if not line.startswith(f"- {fact['network']}, {FIRST}:")]
    now = [next((new for start, new in lines.items() if line.startswith(start)), line) for line in before]
    card.write_text("\n".join(now))


def networks_table(networks: list[dict], facts: list[dict]) -> str:
    rows = ["| file | network | width | parameters | sees | says |", "| --- | --- | --- | --- | --- | --- |"]
    for fact, spec in zip(facts, networks):
        size = f"{fact['parameters'] / 1e6:.2f} M" if "parameters" in fact else fact.get("from", "")
        rows.append(
            f"| `{spec['file']}` | {named(fact)} | {fact.get('width', '')} | {size} | {sees(spec)} | {says(spec)} |"
        )
    return "\n".join(rows)


def named(fact: dict) -> str:
    members = len(fact.get("members", [fact]))
    return fact["network"] if members == 1 else f"mean of {members} of {fact['network']}"


def networks_of(manifest: dict) -> list[dict]:
    """In the order in which a pack is exported."""
    finder = [manifest["foramenFinder"]] if "foramenFinder" in manifest else []
    return [manifest["localiser"], *finder, *manifest.get("segmenter", {}).values(), *manifest["classifiers"]]


def members_table(manifest: dict, members: list[dict]) -> str:
    """Of an ensemble: its files, whose they were, and what each says."""
    rows = ["| file | of | sees | says |", "| --- | --- | --- | --- |"]
    loc = manifest["localiser"]
    rows.append(f"| `{loc['file']}` | {members[0]['name']} | {sees(loc)} | {says(loc)} |")
    owners = [m["name"] for m in members for _ in m["classifiers"]]
    for owner, spec in zip(owners, manifest["classifiers"]):
        rows.append(f"| `{spec['file']}` | {owner} | {sees(spec)} | {says(spec)} |")
    return "\n".join(rows)


def sees(spec: dict) -> str:
    if "inputs" not in spec:
        i = spec["input"]
        slices = f"{i['slices']} slices" if "slices" in i else "a slice"
        return f"{slices} of {i['role']}, {i['size']} × {i['size']} at {i['mmPerPixel']} mm"
    return "; ".join(
        f"{', '.join(v['name'] for v in i['views'])} ({i['size']} × {i['size']} at {i['mmPerPixel']} mm)"
        for i in spec["inputs"]
    )


def says(spec: dict) -> str:
    output = spec["output"]
    if "heatmaps" in output and "levels" in output:
        return "neural foramina"
    if "structures" in output:
        return f"of each pixel, which structure it shows: {', '.join(output['structures'])}"
    if "landmarks" in output:
        return f"discs {output['landmarks'][0]} to {output['landmarks'][-1]} and the canal behind each"
    of = list(dict.fromkeys((h.get("label") or h["condition"]).replace("_", " ") for h in output["heads"]))
    classes = f": {', '.join(output['classes'])}" if "classes" in output else ""
    where = "" if len(spec["levels"]) == 5 else f" at {', '.join(spec['levels'])}"
    return ", ".join(of) + where + classes


def dataset_text(parts: list[dict]) -> str:
    return " and ".join(part_text(part) for part in parts)


def part_text(d: dict) -> str:
    if d["kind"] == "slices":
        folds = f", parts {', '.join(map(str, d['folds']))} of 0 to 9" if d["folds"] is not None else ""
        return f"{d['studies']} real studies or series with labelled slices (`{d['folder']}`{folds})"
    if d["kind"] == "masks":
        folds = f", parts {', '.join(map(str, d['folds']))} of 0 to 9" if d["folds"] is not None else ""
        return f"{d['studies']} {d.get('of', 'triples')} of real masked slices (`{d['folder']}`{folds})"
    if d["kind"] != "phantoms":
        return f"{d['studies']} real studies in the challenge's layout"
    last = d["seed"] + d["studies"] - 1
    return (
        f"{d['studies']} synthetic studies, seeds {d['seed']}–{last}, family `{d['family']}`, "
        f"{d['prevalence']} prevalence, {d['contrast']} contrast"
    )


def training_lines(fact: dict) -> list[str]:
    if "data" not in fact:
        return [f"{fact['network']}: taken over from {fact['from']}"]
    first = [training_line(fact["first"], f", {FIRST}")] if "first" in fact else []
    return first + [training_line(member) for member in fact.get("members", [fact])]


def training_line(fact: dict, which: str = "") -> str:
    figures = ", ".join(f"{k} {v:.4f}" for k, v in fact["figures"].items())
    begun = f"of {'the ' + FIRST if 'first' in fact else fact['data']['init']} further " if "init" in fact["data"] else ""
    share = f", {fact['data']['share']:g} of the way from the first weights to those" if "share" in fact["data"] else ""
    return (
        f"{fact['network']}{which}: weights {begun}fitted to {dataset_text(fact['data']['train'])}; epoch {fact['chosenEpoch']} of "
        f"{fact['trainedEpochs']}{share} chosen by the loss on {dataset_text(fact['data']['validation'])} ({figures}). "
        f"Seed {fact['seed']}, rate {fact['rate']}, class weights {fact['class_weights']}; "
        f"{fact['seconds'] / 60:.0f} minutes on {fact['data']['threads']} cores."
    )


def joint_text(joint: dict) -> str:
    """What a study's other grades are worth, and how far each condition listens to them."""
    of = joint["logLoss"]
    lines = [
        f"Learned from the grades of {joint['studies']} studies (parts {', '.join(map(str, joint['folds']))} of `{joint['table']}`), "
        f"no image: a grade that is known by its condition and level alone costs {of['byItself']:.3f} in log loss, with the other "
        f"24 known {of['knowingTheOthers']:.3f}. How strongly the images listen to it was chosen on the calibration studies:",
        "",
        "| condition | findings | strength | log loss without | with |",
        "| --- | --- | --- | --- | --- |",
    ]
    for line in joint["strengths"]:
        of = line["of"].replace("_", " ")
        lines.append(f"| {of} | {line['findings']} | {line['strength']} | {line['without']:.4f} | {line['with']:.4f} |")
    return "\n".join(lines)


def uncertain_text(manifest: dict) -> str:
    below = ", ".join(f"{c.replace('_', ' ')} {p}" for c, p in manifest["uncertainBelow"].items())
    like = [c["file"] for c in manifest["classifiers"] if any("likeness" in i for i in c["inputs"])]
    images = f" So is what was read from a patch unlike those that {', '.join(like)} was trained on." if like else ""
    return f"A finding whose grade is less probable than: {below}.{images}"


def calibration_text(facts: list[dict]) -> str:
    parts = []
    for fact in facts:
        if "calibration" not in fact:
            continue
        rows = ["| of | samples | temperature | bias | log loss before | after |", "| --- | --- | --- | --- | --- | --- |"]
        for line in fact["calibration"]:
            rows.append(
                f"| {calibrated(line)} | {line['samples']} | {line['temperature']} | {line['bias']} | "
                f"{line.get('logLossBefore', '')} | {line.get('logLoss', '')} |"
            )
        parts.append(f"{named(fact)}, on {dataset_text(fact['calibrationData'])}:\n\n" + "\n".join(rows))
    return "\n\n".join(parts)


def calibrated(line: dict) -> str:
    of = line["of"].replace("_", " ")
    return f"{of}, without {' and '.join(line['without'])}" if line["without"] else of


def figures_block(files: list[str]) -> str:
    measured = [figures_text(json.loads(Path(file).read_text())) for file in files]
    inside = "\n\n".join(measured) or (
        "Not measured yet. `npm run -s cli -- evaluate` measures them, `training/model_card.py` puts them here."
    )
    return f"{FIGURES[0]}\n{inside}\n{FIGURES[1]}"


def figures_text(evaluation: dict) -> str:
    """Tables from the JSON of `cli evaluate`, real and synthetic images apart; in brackets 95 % intervals by bootstrap."""
    lines = [f"### {heading(evaluation)}", "", f"`{evaluation['command']}`", ""]
    lines += ["In brackets: 95 % intervals by bootstrap over studies.", ""]
    if "structures" in evaluation:
        return "\n".join(lines + anatomy_tables(evaluation))
    if "atLabels" not in evaluation:
        lines += conditions_table(evaluation["grading"])
        lines += ["", f"Competition metric (RSNA 2024): {estimate(evaluation['grading']['competition']['score'])}."]
        return "\n".join(lines)
    lines += ["At the labelled places:", "", *conditions_table(evaluation["atLabels"])]
    if evaluation["atFound"]:
        finder = evaluation["finder"]
        lines += ["", f"Of {finder['foramina']} foramina {estimate(finder['found'])} were found within 6 mm and numbered as "]
        lines[-1] += f"labelled, {estimate(finder['medianMm'])} mm off in the median. At the places found:"
        lines += ["", *conditions_table(evaluation["atFound"])]
    return "\n".join(lines)


def anatomy_tables(evaluation: dict) -> list[str]:
    """What was outlined against what was drawn, or is exact; what was measured on the one against the other."""
    discs = evaluation["discs"]
    lines = ["| outlined | Dice | 95th percentile of surface distance, mm |", "| --- | --- | --- |"]
    for of in evaluation["structures"]:
        lines.append(f"| {of['structure']}, {of['plane']} | {estimate(of['dice'])} | {estimate(of['surface95Mm'])} |")
    lines += ["", f"Of {discs['count']} discs {estimate(discs['within'])} have their centre within 3 mm.", ""]
    lines += ["| measured | at | off in the median | mean difference | limits of agreement | absent | without reference |"]
    lines += ["| --- " * 7 + "|"]
    for of in evaluation["measures"]:
        limits = f"{of['lowerLimit']['value']:.1f} to {of['upperLimit']['value']:.1f}"
        cells = [of["measure"], of["count"], estimate(of["medianOff"]), estimate(of["meanDifference"]), limits]
        lines.append(" | ".join(["", *map(str, [*cells, of["missed"], of["unfounded"]]), ""]).strip())
    return [*lines, *localiser_lines(evaluation.get("localiser"))]


def localiser_lines(of: dict | None) -> list[str]:
    """How the localiser found and numbered the levels of masked cases."""
    if of is None:
        return []
    places = (
        f"{name}: within 3 mm {estimate(each['within3Mm'])}, within 6 mm {estimate(each['within6Mm'])}, mean {estimate(each['meanMm'])} mm"
        for name, each in (("discs", of["disc"]), ("canal", of["canal"]))
    )
    told = f"{of['doubted']['count']} with a warning of their numbering, {of['doubted']['wrong']} of them numbered wrong"
    found = f"The localiser found the levels of {of['localised']} of {of['cases']} cases, numbered right {estimate(of['numberedRight'])}; {told}."
    return ["", f"{found} Centres of {'; '.join(places)}."]


def heading(evaluation: dict) -> str:
    if "structures" in evaluation:
        kind = f"{evaluation['cases']} {'patients' if evaluation['judged']['kind'] == 'masks' else 'synthetic studies'}"
        return f"Outlines and lengths on {evaluation['slices']} slices of {kind}"
    if "atLabels" in evaluation:
        return f"Real slices of {evaluation['studies']} studies, each finding read from its labelled slice"
    graded = evaluation["studies"]["graded"]
    kind = evaluation["source"]["from"]["kind"]
    return f"{graded} synthetic studies" if kind == "phantoms" else f"{graded} complete real studies, from files to grades"


def conditions_table(grading: dict) -> list[str]:
    lines = ["| condition | targets | " + " | ".join(MEASURES.values()) + " |", "| --- " * (len(MEASURES) + 2) + "|"]
    for condition, summary in grading["conditions"].items():
        if summary["rows"]:
            cells = [estimate(summary["measures"][m]) for m in MEASURES]
            lines.append(f"| {condition.replace('_', ' ')} | {summary['rows']} | " + " | ".join(cells) + " |")
            if summary.get("unmarked"):
                cells = [estimate(summary["unmarked"]["measures"][m]) for m in MEASURES]
                lines.append(f"| – not marked as uncertain | {summary['unmarked']['rows']} | " + " | ".join(cells) + " |")
    return lines


def estimate(e: dict) -> str:
    if e.get("value") is None:
        return "–"
    text = f"{e['value']:.3f}"
    return f"{text} ({e['interval'][0]:.3f}–{e['interval'][1]:.3f})" if e.get("interval") else text


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack")
    parser.add_argument("--figures", required=True, nargs="+")
    args = parser.parse_args(argv)
    card = Path(args.pack) / "MODEL_CARD.md"
    text = card.read_text()
    if not all(mark in text for mark in FIGURES):
        raise SystemExit(f"{card}: has no place for figures between {' and '.join(FIGURES)}")
    before, rest = text.split(FIGURES[0], 1)
    card.write_text(before + figures_block(args.figures) + rest.split(FIGURES[1], 1)[1])


if __name__ == "__main__":
    main()
