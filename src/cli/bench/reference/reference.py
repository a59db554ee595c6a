"""The work of one analysis as a plain Python script does it, for the bench to measure beside the service.

usage: reference.py SETTINGS

SETTINGS is JSON: the DICOMweb `url`, the folder of the `pack`, the `threads` of a network, and the `levels` with their
places as the service found them, so that both cut the same regions. For each line `run STUDY` on stdin the study
is analysed, its results stored and read back, and a line of JSON written to stdout: milliseconds by stage, processor
milliseconds of all threads, the peak of the resident memory so far, and the UIDs of what was stored.
"""

import json
import resource
import sys
import time
from collections.abc import Callable

import archive
import networks
import picture
import report
from geometry import Volume


def main(settings: dict) -> None:
    client = archive.connect(settings["url"])
    pack = networks.Pack(settings["pack"], settings["threads"])
    fonts = picture.Fonts()
    print("ready", flush=True)
    for line in sys.stdin:
        command, study = line.split()
        if command != "run":
            raise SystemExit(f"what is {command}?")
        print(json.dumps(run(client, pack, fonts, settings["levels"], study)), flush=True)


def run(client, pack: networks.Pack, fonts: picture.Fonts, levels: list[dict], study: str) -> dict:
    stages: dict[str, float] = {}

    def stage(name: str, work: Callable):
        began = time.perf_counter()
        result = work()
        stages[name] = (time.perf_counter() - began) * 1000
        return result

    processor = time.process_time()
    began = time.perf_counter()
    series = stage("select", lambda: archive.select_series(client, study))
    volumes: dict[str, Volume] = stage("fetch", lambda: archive.fetch_volumes(client, study, series))
    stage("localise", lambda: networks.localise(pack, volumes, levels))
    regions = stage("crop", lambda: networks.crop(pack, volumes, levels))
    findings = stage("classify", lambda: networks.classify(pack, regions))

    def compose():
        image = picture.draw(fonts, volumes, levels, findings, pack.manifest)
        return report.compose(volumes, findings, image, pack.manifest)

    objects = stage("report", compose)
    stage("store", lambda: archive.store_and_read_back(client, study, objects))
    return {
        "ms": (time.perf_counter() - began) * 1000,
        "processorMs": (time.process_time() - processor) * 1000,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "stages": stages,
        "stored": [[str(each.SeriesInstanceUID), str(each.SOPInstanceUID)] for each in objects],
    }


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
