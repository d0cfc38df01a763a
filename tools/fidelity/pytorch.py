"""Trains the networks that a folder describes with PyTorch, in float64 and float32.

  python3 pytorch.py FOLDER    reads FOLDER/nets.json and, for each network, NUMBER.weights and
                               NUMBER.images; writes NUMBER.float64 and NUMBER.float32

Each result is a list of float64; measure.js says what is in it.
"""
import json
import os
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../tests/golden'))
from make_golden import MEAN, STD, Net  # noqa: E402


def read(path, dtype):
    with open(path, 'rb') as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


def build(job, weights, dtype):
    net = Net(job['depth'], job['shortcut'], job['width'], job['norm']).to(dtype)
    state, at = net.state_dict(), 0
    for tensor in job['tensors']:
        target = state[tensor['name']]
        assert list(target.shape) == tensor['shape'], tensor
        target.copy_(weights[at:at + target.numel()].view(target.shape))
        at += target.numel()
    assert at == len(weights)
    return net


def sampled(tensors, names, samples):
    values = []
    for name in names:
        flat = tensors[name].detach().double().flatten()
        values.append(flat.square().mean().sqrt().item())
        values += [flat[int((j + 0.5) / samples * len(flat))].item() for j in range(samples)]
    return values


def train(job, weights, images, dtype):
    net = build(job, weights, dtype)
    channels = lambda v: torch.tensor(v, dtype=dtype).view(1, 3, 1, 1)
    x = (images.to(dtype) / 255 - channels(MEAN)) / channels(STD)
    labels = torch.tensor(job['labels'])
    optimizer = torch.optim.SGD(net.parameters(), lr=job['lr'], momentum=job['momentum'],
                                weight_decay=job['weightDecay'])
    losses = []
    net.train()
    for step in range(job['steps']):
        scores = net(x)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            logits = scores.detach().double().flatten().tolist()
            gradients = {name: p.grad for name, p in net.named_parameters()}
            gradient = sampled(gradients, job['trained'], job['samples'])
        optimizer.step()
        if step == 0:
            first = sampled(net.state_dict(), job['all'], job['samples'])
    last = sampled(net.state_dict(), job['all'], job['samples'])
    net.eval()
    with torch.no_grad():
        evaluation = net(x).double().flatten().tolist()
    return losses + logits + evaluation + gradient + first + last


def main(folder):
    torch.set_num_threads(1)
    with open(os.path.join(folder, 'nets.json')) as file:
        jobs = json.load(file)
    for job in jobs:
        path = os.path.join(folder, str(job['number']))
        weights = read(path + '.weights', torch.float32)
        images = read(path + '.images', torch.uint8).view(-1, 3, 32, 32)
        for name, dtype in (('float64', torch.float64), ('float32', torch.float32)):
            values = train(job, weights, images, dtype)
            with open(f'{path}.{name}', 'wb') as file:
                file.write(torch.tensor(values, dtype=torch.float64).numpy().tobytes())
    print(torch.__version__)


main(sys.argv[1])
