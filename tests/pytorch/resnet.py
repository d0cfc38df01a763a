"""The usual residual network for CIFAR-10 in PyTorch, in the structure and with the names of
akamaster/pytorch_resnet_cifar10, which others' code and weights follow.

  python3 resnet.py names DEPTH OPTION WIDTH              prints the names and shapes of its weights
  python3 resnet.py make DEPTH OPTION WIDTH FILE [module] makes weights; `module`: as DataParallel
                                                          saves them
  python3 resnet.py logits DEPTH OPTION WIDTH FILE IMAGES loads weights, strictly by name, and prints
                                                          the logits of raw images, as JSON
"""
import json
import struct
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


class LambdaLayer(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class BasicBlock(nn.Module):
    def __init__(self, in_planes, planes, stride, option):
        super().__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != planes:
            if option == 'A':
                pad = (0, 0, 0, 0, planes // 4, planes // 4)
                self.shortcut = LambdaLayer(lambda x: F.pad(x[:, :, ::2, ::2], pad))
            else:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(in_planes, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, depth, option, width):
        super().__init__()
        self.in_planes, blocks = width, (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = self._make_layer(width, blocks, 1, option)
        self.layer2 = self._make_layer(2 * width, blocks, 2, option)
        self.layer3 = self._make_layer(4 * width, blocks, 2, option)
        self.linear = nn.Linear(4 * width, 10)

    def _make_layer(self, planes, blocks, stride, option):
        layers = []
        for stride in [stride] + [1] * (blocks - 1):
            layers.append(BasicBlock(self.in_planes, planes, stride, option))
            self.in_planes = planes
        return nn.Sequential(*layers)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.layer3(self.layer2(self.layer1(out)))
        out = F.avg_pool2d(out, out.size()[3])
        return self.linear(out.view(out.size(0), -1))


# Debian has no package of safetensors; the format is a length, a JSON header and the bytes.
TYPES = {torch.float32: 'F32', torch.int64: 'I64'}


def save_file(tensors, path):
    header, parts, at = {}, [], 0
    for name, tensor in tensors.items():
        part = tensor.contiguous().numpy().tobytes()
        header[name] = {'dtype': TYPES[tensor.dtype], 'shape': list(tensor.shape),
                        'data_offsets': [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(header).encode()
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(parts))


def load_file(path):
    with open(path, 'rb') as file:
        header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
        data = bytearray(file.read())
    header.pop('__metadata__', None)
    types = {name: dtype for dtype, name in TYPES.items()}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        flat = torch.frombuffer(data[begin:end], dtype=types[entry['dtype']])
        tensors[name] = flat.reshape(entry['shape'])
    return tensors


def names(net):
    for name, tensor in net.state_dict().items():
        if not name.endswith('num_batches_tracked'):
            print(name, *tensor.shape)


def make(net, path, wrap=''):
    """Statistics and factors away from 0 and 1, where those would hide mistakes."""
    torch.manual_seed(7)
    for name, tensor in net.state_dict().items():
        if name.endswith(('running_var', 'bn1.weight', 'bn2.weight', 'shortcut.1.weight')):
            tensor.uniform_(0.5, 1.5)
        elif name.endswith(('running_mean', 'bias')):
            tensor.normal_(0, 0.2)
        elif name.endswith('num_batches_tracked'):
            tensor.fill_(3)
        else:
            tensor.normal_(0, (2 / tensor[0].numel()) ** 0.5)
    state = (nn.DataParallel(net) if wrap == 'module' else net).state_dict()
    save_file(state, path)


def load(net, path, images):
    tensors = load_file(path)
    wrapped = all(name.startswith('module.') for name in tensors)
    (nn.DataParallel(net) if wrapped else net).load_state_dict(tensors)
    with open(images, 'rb') as file:
        x = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).view(-1, 3, 32, 32)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    net.eval()
    return (x.float() / 255 - mean) / std


def logits(net, path, images):
    x = load(net, path, images)
    with torch.no_grad():
        print(json.dumps(net(x).flatten().tolist()))


def gradient(net, path, images):
    """Of the mean loss with respect to the inputs; image i has the label i."""
    x = load(net.double(), path, images).double().requires_grad_()
    nn.functional.cross_entropy(net(x), torch.arange(len(x))).backward()
    print(json.dumps(x.grad.flatten().tolist()))


if __name__ == '__main__':
    command, depth, option, width, *rest = sys.argv[1:]
    {'names': names, 'make': make, 'logits': logits, 'gradient': gradient}[command](
        ResNet(int(depth), option, int(width)), *rest)
