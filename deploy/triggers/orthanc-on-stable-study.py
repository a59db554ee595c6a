"""Orthanc asks spinegrade for the analysis of every study of MR images that has become stable.

"PythonScript" of Orthanc's configuration, with its Python plugin. In the environment of Orthanc: SPINEGRADE_URL,
https://spinegrade.example without a slash at its end, and SPINEGRADE_KEY, an API key with the scope analyze.
"""

import json
import os
import urllib.request

import orthanc

URL = os.environ["SPINEGRADE_URL"]
KEY = os.environ["SPINEGRADE_KEY"]
TIMEOUT_S = 15


def count_mr_images(orthanc_id):
    series = json.loads(orthanc.RestApiGet(f"/studies/{orthanc_id}/series"))
    return sum(len(each["Instances"]) for each in series if each["MainDicomTags"].get("Modality") == "MR")


def ask_for_analysis(study, images):
    # The report that comes back makes the study stable once more: with as many images it is the same request.
    headers = {
        "Authorization": f"Bearer {KEY}",
        "Content-Type": "application/json",
        "Idempotency-Key": f'"{study} {images}"',
    }
    request = urllib.request.Request(
        f"{URL}/studies/{study}/analyze", data=b"{}", headers=headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S):
        pass


def on_change(change, _level, orthanc_id):
    if change != orthanc.ChangeType.STABLE_STUDY:
        return
    images = count_mr_images(orthanc_id)
    if images == 0:
        return
    study = json.loads(orthanc.RestApiGet(f"/studies/{orthanc_id}"))["MainDicomTags"]["StudyInstanceUID"]
    try:
        ask_for_analysis(study, images)
    except OSError as fault:
        left = f"a study with {images} MR images: its watcher has to find it"
        orthanc.LogWarning(f"spinegrade did not take {left} ({fault})")


orthanc.RegisterOnChangeCallback(on_change)
