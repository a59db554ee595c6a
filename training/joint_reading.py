"""What a study's other grades say of one: learned from rows of grades alone, no image seen.

A log-linear model of each target's grade given the other 24 (Besag's pseudo-likelihood, J R Stat Soc D 1975): weights are
tied over levels and sides, so that what counts is the condition of the other target, whether it lies on the same side, and
how many levels away. The result is what a manifest has as `jointReading`, without its strengths.
"""

import csv
import hashlib
from pathlib import Path

import torch
import torch.nn.functional as F

LEVELS = ("L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1")
COLUMNS = (
    ("spinal_canal_stenosis", None),
    ("neural_foraminal_narrowing", "left"),
    ("neural_foraminal_narrowing", "right"),
    ("subarticular_stenosis", "left"),
    ("subarticular_stenosis", "right"),
)
CONDITIONS = tuple(dict.fromkeys(c for c, _ in COLUMNS))
GRADES = ("Normal/Mild", "Moderate", "Severe")
TARGETS = [(c, s, k) for k in range(len(LEVELS)) for c, s in COLUMNS]
# Levels further apart than this count alike.
FAR = 2
# On the squared weights: keeps relations that are hardly ever seen near nought.
PENALTY = 1e-4
# Of which one is chosen.
STRENGTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def column(condition: str, side: str | None, level: int) -> str:
    """The challenge's name of a target."""
    return f"{side + '_' if side else ''}{condition}_{LEVELS[level].lower().replace('/', '_')}"


def part_of(study_id: str) -> int:
    """Which of the ten parts a study belongs to (docs/data.md)."""
    return int.from_bytes(hashlib.sha256(study_id.encode()).digest()[:4], "big") % 10


def rows_of(file: str, parts: set[int]) -> torch.Tensor:
    """Grades [studies, 25] as class indices, −1 for a blank."""
    with open(file, newline="") as text:
        rows = [row for row in csv.DictReader(text) if part_of(row["study_id"]) in parts]
    grade = lambda row, target: GRADES.index(value) if (value := row[column(*target)]) in GRADES else -1
    return torch.tensor([[grade(row, target) for target in TARGETS] for row in rows])


def relation(of: tuple, other: tuple) -> tuple[str, str, str, int]:
    """Condition graded, condition of the other, side of the other as seen from it, levels between."""
    sides = "none" if None in (of[1], other[1]) else "same" if of[1] == other[1] else "other"
    return of[0], other[0], sides, min(FAR, abs(of[2] - other[2]))


RELATIONS = sorted({relation(a, b) for a in TARGETS for b in TARGETS if a != b})


def seen(grades: torch.Tensor) -> torch.Tensor:
    """[studies, 25, 2]: Moderate or worse, Severe; nought counts for an unknown one once means are taken off."""
    return torch.stack([(grades >= 1).float(), (grades >= 2).float()], -1)


# Both sides of a level are one task.
PLACES = [(c, k) for k in range(len(LEVELS)) for c in CONDITIONS]
PLACE_OF = torch.tensor([PLACES.index((c, k)) for c, _, k in TARGETS])


def shares(grades: torch.Tensor) -> torch.Tensor:
    """[places, 2]: how often a condition of a level is Moderate or worse, and Severe."""
    known = (grades >= 0).float()[..., None]
    at = F.one_hot(PLACE_OF, len(PLACES)).float()
    count = torch.einsum("nif,ip->pf", known, at)
    return torch.einsum("nif,ip->pf", seen(grades) * known, at) / count.clamp(min=1)


def sums(features: torch.Tensor) -> torch.Tensor:
    """Features [n, 25, 2] of the other targets summed up by relation: [n, 25, relations, 2]."""
    at = torch.zeros(len(TARGETS), len(RELATIONS), len(TARGETS))
    for i, a in enumerate(TARGETS):
        for j, b in enumerate(TARGETS):
            if i != j:
                at[i, RELATIONS.index(relation(a, b)), j] = 1
    return torch.einsum("irj,njf->nirf", at, features)


def pull_of(around: torch.Tensor, weights: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
    """What the others say: scores [n, 25, 2] of Moderate and Severe over Normal/Mild."""
    own = torch.tensor([[r[0] == t[0] for r in RELATIONS] for t in TARGETS]).float()
    return torch.einsum("nirf,ir,rfc->nic", around, own, weights) + offsets[PLACE_OF]


def fitted(grades: torch.Tensor) -> dict:
    """
    Of rows of grades [studies, 25]: weights [relations, 2 features, 2 classes]; offsets [places, 2 classes], over what the
    shares alone would say; the shares; and the log loss knowing the others and knowing the shares alone.
    """
    known = grades >= 0
    share = shares(grades)
    around = sums((seen(grades) - share[PLACE_OF]) * known[..., None].float())
    alone = torch.stack([1 - share[:, 0], share[:, 0] - share[:, 1], share[:, 1]], 1).clamp(min=1e-4).log()
    weights = torch.zeros(len(RELATIONS), 2, 2, requires_grad=True)
    offsets = torch.zeros(len(PLACES), 2, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, offsets], max_iter=300, line_search_fn="strong_wolfe")

    def log_loss():
        scores = alone[PLACE_OF] + F.pad(pull_of(around, weights, offsets), (1, 0))
        return F.cross_entropy(scores[known], grades[known])

    def closure():
        optimiser.zero_grad()
        value = log_loss() + PENALTY * (weights**2).sum()
        value.backward()
        return value

    optimiser.step(closure)
    with torch.no_grad():
        by_itself = F.cross_entropy(alone[PLACE_OF].expand(len(grades), -1, -1)[known], grades[known])
        return {
            "weights": weights.detach(),
            "offsets": offsets.detach(),
            "shares": share,
            "logLoss": {"byItself": by_itself.item(), "knowingTheOthers": log_loss().item()},
        }


def read_jointly(model: dict, posteriors: torch.Tensor, strength: float) -> torch.Tensor:
    """
    Posteriors [n, 25, 3], of which those of targets that were not read are NaN, sharpened by one another once: each is
    pulled by the grades that are expected of the others.
    """
    known = ~posteriors[..., 0].isnan()
    p = posteriors.nan_to_num()
    expected = torch.stack([p[..., 1] + p[..., 2], p[..., 2]], -1)
    around = sums((expected - model["shares"][PLACE_OF]) * known[..., None].float())
    pull = pull_of(around, model["weights"], model["offsets"])
    scores = p.clamp(min=1e-9).log() + strength * F.pad(pull, (1, 0))
    return torch.softmax(scores, -1).masked_fill(~known[..., None], torch.nan)


def strengths(model: dict, posteriors: torch.Tensor, grades: torch.Tensor) -> tuple[dict, list[dict]]:
    """
    Of each condition the strength with the lowest log loss on studies that no weight has seen, nought where none helps or
    nothing is known of it; and the log losses with and without.
    """
    chosen, lines = dict.fromkeys(CONDITIONS, 0.0), []
    for condition in CONDITIONS:
        of = torch.tensor([t[0] == condition for t in TARGETS])
        known = (grades >= 0) & ~posteriors[..., 0].isnan() & of
        if not known.any():
            continue
        by = {s: log_loss_of(read_jointly(model, posteriors, s)[known], grades[known]) for s in STRENGTHS}
        chosen[condition] = min(by, key=by.get)
        best = round(by[chosen[condition]], 4)
        lines.append({"of": condition, "findings": int(known.sum()), "strength": chosen[condition], "without": round(by[0.0], 4), "with": best})
    return chosen, lines


def log_loss_of(posteriors: torch.Tensor, grades: torch.Tensor) -> float:
    return F.nll_loss(posteriors.clamp(min=1e-9).log(), grades).item()


def manifest_entry(model: dict, strength: dict) -> dict:
    """What the manifest has as `jointReading`."""
    rounded = lambda values: [round(v, 3) for v in values.tolist()]
    return {
        "strength": strength,
        "expected": [
            {"condition": c, "level": LEVELS[k], "share": rounded(share), "offset": rounded(offset)}
            for (c, k), share, offset in zip(PLACES, model["shares"], model["offsets"])
        ],
        "relations": [
            {"of": of, "other": other, "sides": sides, "levels": levels, "weights": [rounded(row) for row in weights]}
            for (of, other, sides, levels), weights in zip(RELATIONS, model["weights"])
        ],
    }


def learn(file: str, parts: list[int]) -> dict:
    """The model of a table of grades as the challenge has it, and where it comes from."""
    grades = rows_of(file, set(parts))
    return {**fitted(grades), "about": {"table": Path(file).name, "folds": parts, "studies": len(grades)}}
