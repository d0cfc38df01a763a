"""ResNet-20 on CIFAR-10 in native PyTorch: pytorch_accuracy.py ARCHIVE EPOCHS THREADS, by the recipe of
accuracy.js; prints a JSON line after each epoch and its test.

The images stay in memory, and a batch is cropped and flipped by a few operations on all of it: as
little beside the network's own work as PyTorch can do."""

import json
import math
import sys
import tarfile

import numpy
import torch
from torch.nn import functional, init

from pytorch import resnet

BATCH = 128
PEAK_LR = 0.2
MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)
MARGIN = 4


def read(archive):
    """Training and test set, each normalised images and labels."""
    sets = {"data": [], "test": []}
    for member in archive:
        name = member.name.rsplit("/", 1)[-1]
        if name.endswith(".bin"):
            data = numpy.frombuffer(archive.extractfile(member).read(), numpy.uint8)
            sets[name[:4]].append((name, data.reshape(-1, 3073)))
    for batches in sets.values():
        records = torch.from_numpy(numpy.concatenate([data for _, data in sorted(batches)]))
        pixels = records[:, 1:].reshape(-1, 3, 32, 32).float() / 255
        mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in (MEAN, STD))
        yield (pixels - mean) / std, records[:, 0].long()


def initialise(net):
    for parameter in net.parameters():
        if parameter.dim() > 1:
            init.kaiming_normal_(parameter)
    init.zeros_(net[-1].bias)


def crop_and_flip(x):
    windows = functional.pad(x, [MARGIN] * 4).unfold(2, 32, 1).unfold(3, 32, 1)
    down, right = torch.randint(2 * MARGIN + 1, (2, len(x)))
    cropped = windows[torch.arange(len(x)), :, down, right]
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, cropped.flip(3), cropped)


def factor(step, steps):
    """Of the peak learning rate: a line over a tenth of the steps, then a cosine."""
    warm_up = steps // 10
    if step < warm_up:
        return (step + 1) / warm_up
    return (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up))) / 2


def train(net, images, labels, optimizer, schedule):
    net.train()
    loss_sum = wrong = 0
    order = torch.randperm(len(images))
    batches = order[: len(order) // BATCH * BATCH].split(BATCH)
    for batch in batches:
        y = labels[batch]
        logits = net(crop_and_flip(images[batch]))
        loss = functional.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        loss_sum += loss.item()
        wrong += (logits.argmax(1) != y).sum().item()
    return loss_sum / len(batches), wrong / (len(batches) * BATCH)


@torch.no_grad()
def test(net, images, labels):
    net.eval()
    loss_sum = wrong = 0
    for x, y in zip(images.split(BATCH), labels.split(BATCH)):
        logits = net(x)
        loss_sum += functional.cross_entropy(logits, y, reduction="sum").item()
        wrong += (logits.argmax(1) != y).sum().item()
    return loss_sum / len(images), wrong / len(images)


def main():
    path, epochs, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    with tarfile.open(path) as archive:
        training_set, test_set = read(archive)
    net = resnet(20, 16)
    initialise(net)
    optimizer = torch.optim.SGD(net.parameters(), PEAK_LR, momentum=0.9, weight_decay=5e-4)
    steps = epochs * (len(training_set[0]) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, steps))
    for epoch in range(1, epochs + 1):
        train_loss, train_error = train(net, *training_set, optimizer, schedule)
        test_loss, test_error = test(net, *test_set)
        line = {
            "epoch": epoch,
            "train_loss": train_loss,
            "train_error": train_error,
            "test_loss": test_loss,
            "test_error": test_error,
        }
        print(json.dumps(line), flush=True)


main()
