"""What the archive is asked for and given, over dicomweb-client."""

from concurrent.futures import ThreadPoolExecutor

from dicomweb_client.api import DICOMwebClient
from pydicom import Dataset

from geometry import Volume

ROLES = ("sagittal-t1", "sagittal-t2", "axial-t2")
#: Indices into ImageOrientationPatient's cross product: the axis that a plane's normal is nearest to.
PLANES = ("sagittal", "coronal", "axial")


def connect(url: str) -> DICOMwebClient:
    return DICOMwebClient(url)


def select_series(client: DICOMwebClient, study: str) -> dict[str, str]:
    """SeriesInstanceUID by role: the weighting from the description, the plane from the first image."""
    chosen: dict[str, str] = {}
    listed = [Dataset.from_json(each) for each in client.search_for_series(study)]
    wanted = [each for each in listed if each.Modality == "MR"]
    with ThreadPoolExecutor() as pool:
        planes = pool.map(lambda series: plane_of(client, study, series.SeriesInstanceUID), wanted)
        for series, plane in zip(wanted, planes):
            words = series.get("SeriesDescription", "").lower()
            weighting = "t1" if "t1" in words else "t2" if "t2" in words else None
            role = f"{plane}-{weighting}"
            if role in ROLES:
                chosen.setdefault(role, series.SeriesInstanceUID)
    missing = [role for role in ROLES if role not in chosen]
    if missing:
        raise SystemExit(f"no series for {', '.join(missing)}")
    return chosen


def plane_of(client: DICOMwebClient, study: str, series: str) -> str:
    fields = ["ImageOrientationPatient"]
    [found] = client.search_for_instances(study, series, limit=1, fields=fields)
    right, down = Volume.axes_of(Dataset.from_json(found).ImageOrientationPatient)
    return PLANES[Volume.normal_axis(right, down)]


def fetch_volumes(client: DICOMwebClient, study: str, series: dict[str, str]) -> dict[str, Volume]:
    """The series side by side; each is decoded as soon as it is there."""

    def fetch(role: str) -> Volume:
        return Volume(client.retrieve_series(study, series[role]))

    with ThreadPoolExecutor() as pool:
        return dict(zip(series, pool.map(fetch, series)))


def store_and_read_back(client: DICOMwebClient, study: str, objects: list[Dataset]) -> None:
    """An object counts as stored when the archive gives back its content: pixels, or as many content items."""
    client.store_instances(objects, study_instance_uid=study)

    def read(sent: Dataset) -> Dataset:
        return client.retrieve_instance(study, sent.SeriesInstanceUID, sent.SOPInstanceUID)

    with ThreadPoolExecutor() as pool:
        for sent, held in zip(objects, pool.map(read, objects)):
            if content_of(held) != content_of(sent):
                raise SystemExit(f"the archive gives back another object than {sent.SOPInstanceUID}")


def content_of(stored: Dataset) -> bytes | int:
    return stored.PixelData if "PixelData" in stored else len(stored.ContentSequence)
