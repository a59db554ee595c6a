"""The Structured Report (TID 1500) and the Secondary Capture, composed with highdicom."""

import highdicom as hd
import numpy as np
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from geometry import Volume
from networks import Finding

OWN = "99SPINEGRADE"
LEVELS = {
    "L1/L2": "243920003",
    "L2/L3": "243921004",
    "L3/L4": "243922006",
    "L4/L5": "243923001",
    "L5/S1": "243927000",
}
SIDES = {"left": Code("7771000", "SCT", "Left"), "right": Code("24028007", "SCT", "Right")}
GRADES = (
    Code("NORMAL_MILD", OWN, "Normal/Mild"),
    Code("6736007", "SCT", "Moderate"),
    Code("24484000", "SCT", "Severe"),
)
CONDITIONS = {
    "spinal_canal_stenosis": Code("SCS_GRADE", OWN, "Spinal canal stenosis grade"),
    "neural_foraminal_narrowing": Code("NFN_GRADE", OWN, "Neural foraminal narrowing grade"),
    "subarticular_stenosis": Code("SAS_GRADE", OWN, "Subarticular stenosis grade"),
}
SEVERITY = Code("246112005", "SCT", "Severity")
PROBABILITY = Code("122157", "DCM", "Probability")
NO_UNITS = Code("1", "UCUM", "no units")
PROCEDURE = Code("25056-3", "LN", "MRI unspecified body region")
MAKER = {"manufacturer": "reference", "manufacturer_model_name": "reference", "device_serial_number": "1"}
VERSION = {"software_versions": "1"}


def compose(
    volumes: dict[str, Volume], findings: list[Finding], image: np.ndarray, manifest: dict
) -> list[Dataset]:
    images = [each.image for volume in volumes.values() for each in volume.slices]
    return [structured_report(images, findings, manifest), secondary_capture(images[0], image)]


def structured_report(images: list[Dataset], findings: list[Finding], manifest: dict) -> Dataset:
    """The images are its evidence. No image library: highdicom's says so much of each that it takes seconds."""
    algorithm = hd.sr.AlgorithmIdentification(manifest["name"], manifest["version"])
    device = hd.sr.DeviceObserverIdentifyingAttributes(hd.UID(), name="reference", model_name="reference")
    context = hd.sr.ObservationContext(
        observer_device_context=hd.sr.ObserverContext(codes.DCM.Device, device)
    )
    content = hd.sr.MeasurementReport(
        observation_context=context,
        procedure_reported=PROCEDURE,
        imaging_measurements=[group(finding, algorithm) for finding in findings],
        title=codes.DCM.ImagingMeasurementReport,
    )
    return hd.sr.Comprehensive3DSR(
        evidence=images,
        content=content,
        series_instance_uid=hd.UID(),
        series_number=990,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer=MAKER["manufacturer"],
        is_complete=True,
        **VERSION,
    )


def group(finding: Finding, algorithm) -> hd.sr.MeasurementsAndQualitativeEvaluations:
    words = f"{finding.level} {finding.side or ''} {finding.condition}"
    site = Code(LEVELS[finding.level], "SCT", f"Level of {finding.level} intervertebral disc")
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(hd.UID(), words),
        algorithm_id=algorithm,
        finding_sites=[hd.sr.FindingSite(site, finding.side and SIDES[finding.side])],
        measurements=[probability(grade, float(p)) for grade, p in zip(GRADES, finding.probabilities)],
        qualitative_evaluations=[
            hd.sr.QualitativeEvaluation(CONDITIONS[finding.condition], GRADES[finding.grade])
        ],
    )


def probability(grade: Code, value: float) -> hd.sr.Measurement:
    """The probability of a grade, which a modifier names."""
    measurement = hd.sr.Measurement(PROBABILITY, value, NO_UNITS)
    of = hd.sr.CodeContentItem(SEVERITY, grade, hd.sr.RelationshipTypeValues.HAS_CONCEPT_MOD)
    number = measurement[0]
    if "ContentSequence" not in number:
        number.ContentSequence = hd.sr.ContentSequence()
    number.ContentSequence.append(of)
    return measurement


def secondary_capture(image: Dataset, pixels: np.ndarray) -> Dataset:
    capture = hd.sc.SCImage.from_ref_dataset(
        ref_dataset=image,
        pixel_array=pixels,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        series_instance_uid=hd.UID(),
        series_number=991,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        **MAKER,
        **VERSION,
    )
    # Of a body part that is no pair: otherwise an object has to say its laterality.
    capture.BodyPartExamined = image.get("BodyPartExamined", "LSPINE")
    return capture
