"""Trains one network of a pack on a dataset made by `npm run -s cli -- dataset`.

    python train.py localiser  --data DIR --held-out DIR --run DIR [--epochs 16] [--seed 1]
    python train.py classifier --data DIR --held-out DIR --run DIR [--epochs 16] [--seed 1]

Writes RUN/<network>.pt (last state, resumed from when present) and RUN/<network>-log.jsonl.
"""

import argparse
import json
import math
import time
from pathlib import Path

import torch

import classifier
import localiser
from dataset import classifier_samples, localiser_samples


def networks(name: str, spec: dict, levels: int = 5):
    """The untrained network, and its loss on a batch."""
    if name == "localiser":
        s = spec["localiser"]
        return localiser.Localiser(s["input"]["slices"], len(s["output"]["landmarks"])), localiser.loss
    return classifier.Classifier(spec["classifier"]["input"]["views"], levels), classifier.loss


def held_out_figures(name, net, samples, batch_size, spec):
    """Loss on the held-out samples, and the figure a person understands."""
    net.eval()
    losses, figures = [], []
    loss = localiser.loss if name == "localiser" else classifier.loss
    for at in range(0, len(samples), batch_size):
        batch = samples.batch(range(at, min(at + batch_size, len(samples))))
        with torch.no_grad():
            losses.append(loss(net, batch, None, False).item())
            if name == "localiser":
                figures.append(localiser.errors_mm(net, batch, spec["localiser"]["input"]["mmPerPixel"]))
            else:
                views, mask = classifier.prepare(batch, None, False, net.role_index)
                grades = batch["grades"].long().reshape(-1)
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    best = net(views, mask).float().reshape(-1, 3).argmax(1)
                figures.append((best == grades)[grades != 255].float())
    net.train()
    values = torch.cat(figures)
    shown = (
        {"medianMm": values.median().item(), "within5mm": (values < 5).float().mean().item()}
        if name == "localiser"
        else {"accuracy": values.mean().item()}
    )
    return {"heldOutLoss": sum(losses) / len(losses), **shown}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=["localiser", "classifier"])
    parser.add_argument("--data", required=True)
    parser.add_argument("--held-out", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--batch", type=int, default=0, help="samples a step; default 16 (localiser) or 6 studies (classifier)")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    read = localiser_samples if args.network == "localiser" else classifier_samples
    samples, held_out = read(args.data), read(args.held_out)
    batch_size = args.batch or (16 if args.network == "localiser" else 6)
    net, loss = networks(args.network, samples.spec)
    net = net.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=0.02)
    steps = len(samples) // batch_size
    total = steps * args.epochs
    run = Path(args.run)
    run.mkdir(parents=True, exist_ok=True)
    checkpoint, first = run / f"{args.network}.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["epoch"] + 1
        print(f"resuming after epoch {first}")
    print(f"{args.network}: {sum(p.numel() for p in net.parameters())} parameters, {len(samples)} samples, {total} steps")
    net.train()
    for epoch in range(first, args.epochs):
        # Everything random in an epoch follows from (seed, epoch): a resumed run is the same run.
        g = torch.Generator().manual_seed(args.seed * 1000 + epoch)
        order = torch.randperm(len(samples), generator=g).tolist()
        began, sum_loss = time.time(), 0.0
        for step in range(steps):
            at = epoch * steps + step
            warm = min(1, (at + 1) / 200)
            rate = args.rate * warm * 0.5 * (1 + math.cos(math.pi * at / total))
            for group in optimiser.param_groups:
                group["lr"] = rate
            batch = samples.batch(order[step * batch_size : (step + 1) * batch_size])
            optimiser.zero_grad(set_to_none=True)
            value = loss(net, batch, g, True)
            value.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            sum_loss += value.item()
            if step % 25 == 24:
                print(f"\repoch {epoch + 1}/{args.epochs} step {step + 1}/{steps} loss {sum_loss / (step + 1):.4f}", end="", flush=True)
        figures = held_out_figures(args.network, net, held_out, batch_size, samples.spec)
        line = {"epoch": epoch + 1, "loss": sum_loss / steps, **figures, "seconds": round(time.time() - began)}
        print("\r" + json.dumps(line), flush=True)
        with (run / f"{args.network}-log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch}, checkpoint)


if __name__ == "__main__":
    main()
