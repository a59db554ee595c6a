"""Reads result objects with pydicom, highdicom and fhir.resources and holds them against what they were meant to say.

usage: read_objects.py FOLDER

FOLDER is one that `SPINEGRADE_OBJECTS=FOLDER npx vitest run test/results-` has filled: objects as
*.dcm, beside each Structured Report its grading as *.dcm.json (null for a notice that a study was not analysed) and
as a FHIR Bundle, *.dcm.fhir.json, beside a Segmentation what every pixel is meant to be of, *.dcm.json, and the images in images/.
"""

import json
import sys
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
from fhir.resources.R4B.bundle import Bundle  # In R4B the resources used here are those of R4.
from pydicom.sr.codedict import codes

LEVELS = {
    "243920003": "L1/L2",
    "243921004": "L2/L3",
    "243922006": "L3/L4",
    "243923001": "L4/L5",
    "243927000": "L5/S1",
}
SIDES = {"7771000": "left", "24028007": "right"}
GRADES = {"NORMAL_MILD": "Normal/Mild", "6736007": "Moderate", "24484000": "Severe"}
CONDITIONS = {
    "SCS_GRADE": "spinal_canal_stenosis",
    "NFN_GRADE": "neural_foraminal_narrowing",
    "SAS_GRADE": "subarticular_stenosis",
}
LABELS = {
    "HERNIATION_EVAL": "herniation",
    "BULGE_EVAL": "bulge",
    "LISTHESIS_EVAL": "spondylolisthesis",
    "SCS_EVAL": "canal_stenosis",
    "NFN_EVAL": "foraminal_stenosis",
}
PROBABILITY = "122157"
LATERALITY = "272741003"
SEVERITY = "246112005"


def children(item, value_type=None, concept=None):
    for child in item.get("ContentSequence", []):
        if value_type not in (None, child.ValueType):
            continue
        if concept in (None, child.ConceptNameCodeSequence[0].CodeValue):
            yield child


MEASURES = {
    "CANAL_AP": ("canal-diameter", "mm"),
    "SAC_AP": ("sac-diameter", "mm"),
    "SAC_AREA": ("sac-area", "mm2"),
    "DISC_HEIGHT": ("disc-height", "mm"),
    "SLIP": ("slip", "mm"),
}


def read_measure(group):
    """A group that holds a length or area; None for any other."""
    for measurement in group.get_measurements():
        if measurement.name.value in MEASURES:
            [site] = group.finding_sites
            assert group.method is not None, "a length without its method"
            return {
                "level": LEVELS[site.value.value],
                "measure": MEASURES[measurement.name.value],
                "value": float(measurement.value),
                "unit": measurement.unit.value,
                "tracking_uid": group.tracking_uid,
            }
    return None


def check_measures(data_set, groups, meant):
    """Lengths and areas with their units; each line lies on its image, and the ends of a diameter are as far apart as it says."""
    read = [said for said in map(read_measure, groups) if said is not None]
    measured = [one for one in meant if "value" in one]
    assert len(read) == len(measured), f"{len(read)} lengths for {len(measured)}"
    [measurements] = children(data_set, "CONTAINER", "126010")
    lines = [
        region
        for group in children(measurements, "CONTAINER", "125007")
        for region in children(group, "SCOORD", "111030")
        if region.GraphicType == "POLYLINE"
    ]
    assert len(lines) == len(read)
    for said, line, one in zip(read, lines, measured):
        assert (said["level"], said["measure"][0]) == (one["level"], one["measure"])
        assert said["unit"] == said["measure"][1], f"{said['unit']} is not the unit of {one['measure']}"
        np.testing.assert_allclose(said["value"], one["value"], rtol=1e-9, atol=1e-9)
        [image] = line.ContentSequence
        assert image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == one["image"]["sopInstanceUid"]
        pixels = np.array(line.GraphicData, float).reshape(-1, 2)
        if one["measure"] == "sac-area":
            np.testing.assert_array_equal(pixels[0], pixels[-1], "an outline is closed")
            pixels = pixels[:-1]
        np.testing.assert_allclose(pixels, np.array(one["pixels"]), rtol=1e-6)
    [evaluations] = children(data_set, "CONTAINER", "C0034375")
    absent = [item for item in children(evaluations, "CODE")]
    assert len(absent) == len(meant) - len(measured), "not every absent length says why"


def read_group(group):
    """What one measurement group says, by way of highdicom's template classes."""
    [site] = group.finding_sites
    side = [SIDES[c.value.value] for c in site.get("ContentSequence", []) if c.name.value == LATERALITY]
    evaluations = {e.name.value: e.value.value for e in group.get_qualitative_evaluations()}
    numbers = {}
    for measurement in group.get_measurements(name=codes.DCM.Probability):
        modifiers = [c.value.value for c in measurement[0].get("ContentSequence", []) if c.name.value == SEVERITY]
        numbers[GRADES[modifiers[0]] if modifiers else None] = float(measurement.value)
    said = {
        "tracking_uid": group.tracking_uid,
        "tracking_identifier": group.tracking_identifier,
        "level": LEVELS[site.value.value],
        "side": side[0] if side else None,
        "probabilities": numbers,
    }
    for concept, value in evaluations.items():
        if concept in CONDITIONS:
            said |= {"condition": CONDITIONS[concept], "grade": GRADES[value]}
        if concept in LABELS:
            said |= {"label": LABELS[concept], "present": value == "52101004"}
    return said


def points_of(data_set):
    """Image, pixel, point in space and frame of reference of every measurement group, by way of pydicom alone."""
    [measurements] = children(data_set, "CONTAINER", "126010")
    for group in children(measurements, "CONTAINER", "125007"):
        on_image = next(children(group, "SCOORD"), None)
        in_space = next(children(group, "SCOORD3D"), None)
        if on_image is None and in_space is None:
            yield None
            continue
        image = None if on_image is None else on_image.ContentSequence[0].ReferencedSOPSequence[0]
        yield {
            "image": None if image is None else image.ReferencedSOPInstanceUID,
            "pixel": None if on_image is None else list(on_image.GraphicData),
            "point": None if in_space is None else list(in_space.GraphicData),
            "frame": None if in_space is None else in_space.ReferencedFrameOfReferenceUID,
        }


def check_place(place, finding):
    location, unseen = finding["location"], finding.get("unseenAt")
    if location is None and unseen is None:
        assert place is None, "a place was meant for none"
        return
    if location is None:
        assert place["image"] is None, "an image was meant for none"
        assert place["frame"] == unseen["frameOfReferenceUid"], "wrong frame of reference"
        np.testing.assert_allclose(place["point"], unseen["pointMm"], rtol=1e-6, atol=1e-4)
        return
    assert place["image"] == location["image"]["sopInstanceUid"], "wrong image"
    np.testing.assert_allclose(place["pixel"], location["pixel"], rtol=1e-6)
    frame = location["image"]["frameOfReferenceUid"]
    assert place["frame"] == frame, "wrong frame of reference"
    if frame is not None:
        np.testing.assert_allclose(place["point"], location["pointMm"], rtol=1e-6, atol=1e-4)


def check_geometry(place, images):
    """The point on the image and the point in space are one (PS3.3 C.7.6.2.1.1; C.18.6.1.1 for the half pixel)."""
    if place is None or place["image"] is None or place["point"] is None:
        return 0
    image = pydicom.dcmread(images / f"{place['image']}.dcm", stop_before_pixels=True)
    assert image.FrameOfReferenceUID == place["frame"], "not the image's frame of reference"
    column, row = place["pixel"]
    assert 0 <= column <= image.Columns and 0 <= row <= image.Rows, "the point is not on the image"
    orientation = np.array(image.ImageOrientationPatient, float)
    row_spacing, column_spacing = map(float, image.PixelSpacing)
    point = (
        np.array(image.ImagePositionPatient, float)
        + orientation[:3] * column_spacing * (column - 0.5)
        + orientation[3:] * row_spacing * (row - 0.5)
    )
    np.testing.assert_allclose(place["point"], point, atol=0.01)
    return 1


def check_report(path, meant):
    data_set = pydicom.dcmread(path)
    report = hd.sr.srread(path)
    assert isinstance(report, hd.sr.Comprehensive3DSR)
    if meant is None:
        assert not list(children(next(children(data_set, "CONTAINER", "126010")), "CONTAINER"))
        return 0, 0
    all_groups = report.content.get_image_measurement_groups()
    check_measures(data_set, all_groups, meant.get("measurements", []))
    groups = [read_group(group) for group in all_groups if read_measure(group) is None]
    places = list(points_of(data_set))[: len(groups)]
    expected = meant["findings"] + meant["observations"]
    assert len(groups) == len(places) == len(expected), f"{len(groups)} groups for {len(expected)} findings"
    assert len({group["tracking_uid"] for group in groups}) == len(groups), "tracking UIDs repeat"
    for group, place, finding in zip(groups, places, expected):
        if "condition" in finding:
            for key in ("condition", "side", "level", "grade"):
                assert group[key] == finding[key], f"{key}: {group[key]} for {finding[key]}"
            for grade, probability in finding["probabilities"].items():
                np.testing.assert_allclose(group["probabilities"][grade], probability, atol=1e-12)
            assert abs(sum(group["probabilities"].values()) - 1) < 1e-9, "probabilities do not sum to 1"
        else:
            for key in ("label", "level", "present"):
                assert group[key] == finding[key], f"{key}: {group[key]} for {finding[key]}"
            np.testing.assert_allclose(group["probabilities"][None], finding["probability"], atol=1e-12)
        check_place(place, finding)
    return len(groups), sum(check_geometry(place, path.parent / "images") for place in places)


def check_bundle(path, meant):
    """Its models know every element of every resource and its type, and allow no other."""
    bundle = Bundle.model_validate_json(path.read_text())
    report, *others = [entry.resource for entry in bundle.entry]
    assert report.get_resource_type() == "DiagnosticReport"
    observed = [one for one in others if one.get_resource_type() == "Observation"]
    expected = meant["findings"] + meant["observations"] + meant.get("measurements", [])
    assert len(observed) == len(expected), f"{len(observed)} observations"


def check_capture(path):
    data_set = pydicom.dcmread(path)
    pixels = data_set.pixel_array
    assert pixels.shape == (1024, 1024, 3), pixels.shape
    assert pixels.std() > 20, "the picture is plain"


def check_key_objects(path):
    document = pydicom.dcmread(path)
    selection = hd.ko.KeyObjectSelectionDocument.from_dataset(document)
    references = selection.content.get_references()
    assert references, "no image is selected"
    for reference in references:
        selection.resolve_reference(reference.referenced_sop_instance_uid)


def check_segmentation(path, meant):
    """Every segment on every slice is, pixel for pixel, what was outlined, and lies where its image lies."""
    segmentation = hd.seg.segread(path)
    numbers = {segmentation.get_segment_description(n).segment_label: n for n in segmentation.segment_numbers}
    frames = 0
    if meant is not None:
        said = {label for one in meant for label, _, _ in one["runs"]}
        assert sorted(numbers) == sorted(said), "other segments"
    for one in meant or []:
        found = segmentation.get_pixels_by_source_instance([one["image"]])[0]
        for label, number in numbers.items():
            expected = np.zeros(found.shape[0] * found.shape[1], np.uint8)
            for name, first, count in one["runs"]:
                if name == label:
                    expected[first : first + count] = 1
            mask = found[..., number - 1].reshape(-1)
            np.testing.assert_array_equal(mask, expected, f"{label} on {one['image']}")
            frames += int(mask.any())
    with_content = int(segmentation.pixel_array.reshape(segmentation.NumberOfFrames, -1).any(axis=1).sum())
    assert with_content == segmentation.NumberOfFrames, "a frame is empty"
    assert meant is None or frames == segmentation.NumberOfFrames, f"{frames} frames were meant"
    for number in segmentation.segment_numbers:
        description = segmentation.get_segment_description(number)
        assert description.algorithm_type == hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC
        assert len(description.algorithm_identification.parameters["packSha256"]) == 64
        assert description.segmented_property_category == codes.SCT.AnatomicalStructure
    for frame in segmentation.PerFrameFunctionalGroupsSequence:
        [source] = frame.DerivationImageSequence[0].SourceImageSequence
        file = path.parent / "images" / f"{source.ReferencedSOPInstanceUID}.dcm"
        image = pydicom.dcmread(file, stop_before_pixels=True)
        assert image.FrameOfReferenceUID == segmentation.FrameOfReferenceUID, "another frame of reference"
        assert (image.Rows, image.Columns) == (segmentation.Rows, segmentation.Columns)
        position = frame.PlanePositionSequence[0].ImagePositionPatient
        np.testing.assert_allclose(list(position), list(image.ImagePositionPatient), atol=1e-3)
        shared = segmentation.SharedFunctionalGroupsSequence[0]
        plane = (frame if "PlaneOrientationSequence" in frame else shared).PlaneOrientationSequence[0]
        expected = list(image.ImageOrientationPatient)
        np.testing.assert_allclose(list(plane.ImageOrientationPatient), expected, atol=1e-3)
        spacing = shared.PixelMeasuresSequence[0].PixelSpacing
        np.testing.assert_allclose(list(spacing), list(image.PixelSpacing), rtol=1e-6)
    return segmentation.NumberOfFrames


def main(folder):
    counts = {"SR": 0, "SC": 0, "KO": 0, "SEG": 0, "frames": 0, "groups": 0, "points": 0, "bundles": 0}
    for path in sorted(Path(folder).glob("*.dcm")):
        modality = pydicom.dcmread(path, stop_before_pixels=True).Modality
        try:
            if modality == "SR":
                meant = json.loads(Path(f"{path}.json").read_text())
                groups, points = check_report(path, meant)
                counts["groups"] += groups
                counts["points"] += points
                if meant is not None:
                    check_bundle(Path(f"{path}.fhir.json"), meant)
                    counts["bundles"] += 1
            elif modality == "OT":
                check_capture(path)
            elif modality == "SEG":
                said = Path(f"{path}.json")
                counts["frames"] += check_segmentation(path, json.loads(said.read_text()) if said.exists() else None)
            else:
                check_key_objects(path)
        except Exception as fault:
            raise SystemExit(f"{path.name} ({modality}): {fault!r}") from fault
        counts[{"OT": "SC"}.get(modality, modality)] += 1
    if not all(counts.values()):
        raise SystemExit(f"{folder}: objects of every kind were expected, found {counts}")
    print(f"read with pydicom, highdicom and fhir.resources: {counts}")


if __name__ == "__main__":
    main(sys.argv[1])
