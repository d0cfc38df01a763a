"""A network on CIFAR-10 in native PyTorch: pytorch_accuracy.py ARCHIVE RECIPE THREADS; RECIPE is the JSON of a
residual network and of its recipe, with the schedule "triangle" and the augmentation "shift-flip". Prints a JSON line
after each epoch and its test.

The images stay in memory, and a batch is cropped and flipped by a few operations on all of it: as
little beside the network's own work as PyTorch can do."""

import json
import sys
import tarfile

import numpy
import torch
from torch.nn import functional, init

from pytorch import resnet

BATCH_OF_TEST = 128
MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)
MARGIN = 2


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


def shift_and_flip(x, flipped):
    windows = functional.pad(x, [MARGIN] * 4).unfold(2, 32, 1).unfold(3, 32, 1)
    down, right = torch.randint(2 * MARGIN + 1, (2, len(x)))
    shifted = windows[torch.arange(len(x)), :, down, right]
    return torch.where(flipped.reshape(-1, 1, 1, 1), shifted.flip(3), shifted)


def factor(step, steps):
    """Of the peak learning rate: a line up over a fifth of the steps, then one down to zero."""
    up = steps // 5
    return (step + 1) / up if step < up else (steps - step) / (steps - up)


def groups(net, recipe):
    """Parameters with weight decay, and those without: norm and biases, if the recipe says so."""
    spared = [p for p in net.parameters() if p.dim() == 1 and recipe.get("noDecayNorm")]
    spared_ids = {id(p) for p in spared}
    decayed = [p for p in net.parameters() if id(p) not in spared_ids]
    return [
        {"params": decayed, "weight_decay": recipe["weightDecay"]},
        {"params": spared, "weight_decay": 0},
    ]


def train(net, images, labels, flipped, recipe, optimizer, schedule):
    net.train()
    loss_sum = wrong = 0
    order = torch.randperm(len(images))
    size = recipe["batchSize"]
    smoothing = recipe.get("labelSmoothing", 0)
    batches = order[: len(order) // size * size].split(size)
    for batch in batches:
        y = labels[batch]
        logits = net(shift_and_flip(images[batch], flipped[batch]))
        loss = functional.cross_entropy(logits, y, label_smoothing=smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        loss_sum += loss.item()
        wrong += (logits.argmax(1) != y).sum().item()
    return loss_sum / len(batches), wrong / (len(batches) * size)


@torch.no_grad()
def test(net, images, labels):
    net.eval()
    loss_sum = wrong = 0
    for x, y in zip(images.split(BATCH_OF_TEST), labels.split(BATCH_OF_TEST)):
        logits = net(x)
        loss_sum += functional.cross_entropy(logits, y, reduction="sum").item()
        wrong += (logits.argmax(1) != y).sum().item()
    return loss_sum / len(images), wrong / len(images)


def main():
    path, recipe, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    with tarfile.open(path) as archive:
        training_set, test_set = read(archive)
    net = resnet(recipe["depth"], recipe["width"])
    initialise(net)
    optimizer = torch.optim.SGD(
        groups(net, recipe),
        recipe["lr"],
        momentum=recipe["momentum"],
        nesterov=recipe.get("nesterov", False),
    )
    epochs = recipe["epochs"]
    steps = epochs * (len(training_set[0]) // recipe["batchSize"])
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, steps))
    first_flipped = torch.rand(len(training_set[0])) < 0.5
    for epoch in range(1, epochs + 1):
        flipped = first_flipped ^ (epoch % 2 == 0)
        train_loss, train_error = train(net, *training_set, flipped, recipe, optimizer, schedule)
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
