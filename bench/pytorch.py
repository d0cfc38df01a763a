"""The same work in native PyTorch: pytorch.py PACE CASE, as run-case.js takes them; prints JSON.

ResNet with option A, SGD with momentum and weight decay, one batch that stays in memory, without
augmentation."""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

WARM_UP_SECONDS = 4
WINDOWS = {"full": 9, "quick": 5}
WINDOW_SECONDS = 1


class Block(nn.Module):
    def __init__(self, entering, channels, stride):
        super().__init__()
        self.stride = stride
        self.more = (channels - entering) // 2
        self.conv1 = nn.Conv2d(entering, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        h = functional.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        if self.stride == 2:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more, self.more))
        return functional.relu(h + x)


def resnet(depth, width):
    blocks = []
    entering = width
    for stage in range(3):
        channels = width << stage
        for i in range((depth - 2) // 6):
            blocks.append(Block(entering, channels, 2 if stage > 0 and i == 0 else 1))
            entering = channels
    stem = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(entering, 10)]
    return nn.Sequential(*stem, *blocks, *head)


def training_step(net, x, y):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)

    def step():
        optimizer.zero_grad()
        functional.cross_entropy(net(x), y).backward()
        optimizer.step()

    return step


def inference(net, x):
    net.eval()

    @torch.no_grad()
    def step():
        net(x)

    return step


def rate(step, batch, seconds):
    """Images per second for at least so long."""
    start = time.perf_counter()
    images = 0
    while time.perf_counter() - start < seconds:
        step()
        images += batch
    return images / (time.perf_counter() - start)


def main():
    pace, case = sys.argv[1], json.loads(sys.argv[2])
    torch.set_num_threads(case["threads"])
    torch.manual_seed(1)
    net = resnet(int(case["net"].removeprefix("resnet")), case["width"])
    x = torch.randn(case["batch"], 3, 32, 32)
    y = torch.randint(10, (case["batch"],))
    step = training_step(net, x, y) if case["what"] == "train" else inference(net, x)
    rate(step, case["batch"], WARM_UP_SECONDS)
    rates = [rate(step, case["batch"], WINDOW_SECONDS) for _ in range(WINDOWS[pace])]
    print(json.dumps({"images_per_s": statistics.median(rates), "version": torch.__version__}))


if __name__ == "__main__":
    main()
