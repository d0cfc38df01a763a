"""Makes tests/pytorch/fixtures: one small network in every way in which people save weights, and files
that are to be refused. `python3 make_fixtures.py` writes them anew; the bytes differ a little from one
version of PyTorch to the next, the numbers do not.

All numbers are multiples of 1/64 below 4, which float16 and bfloat16 hold exactly, so that every file
holds the same network. expected.json has the logits that PyTorch computes, in float64, for two images.
"""
import gzip
import io
import json
import os
from collections import OrderedDict

import torch
import torch.nn as nn

import resnet

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'fixtures')
DEPTH, WIDTH = 8, 2
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def network(option):
    torch.manual_seed(5)
    net = resnet.ResNet(DEPTH, option, WIDTH)
    for name, tensor in net.state_dict().items():
        if name.endswith('num_batches_tracked'):
            tensor.fill_(3)
            continue
        low = 24 if name.endswith(('running_var', 'bn1.weight', 'bn2.weight')) else -48
        tensor.copy_(torch.randint(low, 49, tensor.shape) / 64.0)
        if name.endswith('shortcut.1.running_var'):
            tensor.abs_().add_(0.5)
    return net


def renamed(state, change):
    return OrderedDict((change(name), tensor) for name, tensor in state.items())


def prefixed(state, prefix):
    return renamed(state, lambda name: prefix + name)


def converted(state, dtype):
    return OrderedDict((name, tensor.to(dtype) if tensor.is_floating_point() else tensor)
                       for name, tensor in state.items())


def views(state):
    """Views of one storage, in which all tensors lie transposed: they are not contiguous."""
    flat = torch.cat([tensor.transpose(0, -1).flatten().float() for tensor in state.values()])
    views, at = OrderedDict(), 0
    for name, tensor in state.items():
        turned = tensor.transpose(0, -1)
        views[name] = flat[at:at + tensor.numel()].view(turned.shape).transpose(0, -1)
        at += tensor.numel()
    assert all(torch.equal(view, state[name].float()) for name, view in views.items())
    return views


def trained(net, state):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.zeros(2, 3, 32, 32)).sum().backward()
    kept = {name: tensor.clone() for name, tensor in state.items()}
    optimizer.step()
    return {'epoch': 3, 'best_prec1': torch.tensor(91.5), 'arch': 'resnet8',
            'state_dict': prefixed(kept, 'module.'), 'optimizer': optimizer.state_dict()}


def write(name, value, legacy=False, save=torch.save):
    file = io.BytesIO()
    save(value, file, **({'_use_new_zipfile_serialization': False} if legacy else {}))
    with open(os.path.join(FOLDER, name + '.gz'), 'wb') as out:
        out.write(gzip.compress(file.getvalue(), 9, mtime=0))


class Call:
    """Is made by calling print."""

    def __reduce__(self):
        return print, ('never',)


def logits(net):
    pixels = torch.arange(2 * 3 * 32 * 32) * 7919 % 251
    mean, std = (torch.tensor(v, dtype=torch.float64).view(1, 3, 1, 1) for v in IMAGENET)
    net.eval()
    with torch.no_grad():
        out = net.double()((pixels.view(2, 3, 32, 32).double() / 255 - mean) / std)
    net.float().train()
    return out.flatten().tolist()


def four_stages(block):
    """The names of a ResNet for ImageNet, and the shapes that tell it."""
    names = {'conv1.weight': (64, 3, 7, 7), 'bn1.weight': (64,), 'fc.weight': (10, 2)}
    for stage, blocks in enumerate((2, 2, 2, 2), 1):
        for i in range(blocks):
            for k in range(1, block + 1):
                names[f'layer{stage}.{i}.conv{k}.weight'] = (1, 1, 1, 1)
    return OrderedDict((name, torch.zeros(shape)) for name, shape in names.items())


def main():
    os.makedirs(FOLDER, exist_ok=True)
    net = network('A')
    state = net.state_dict()
    projected = network('B').state_dict()
    fc = renamed(state, lambda name: name.replace('linear', 'fc'))
    down = renamed(projected, lambda name: name.replace('shortcut', 'downsample')
                   .replace('linear', 'classifier'))
    expected = {'A': logits(net), 'B': logits(network('B'))}

    write('zip.pt', state)
    write('legacy.th', state, legacy=True)
    write('parallel.pth', prefixed(state, 'module.'))
    write('compiled.pt', prefixed(state, '_orig_mod.'))
    write('parallel-compiled.pt', prefixed(state, 'module._orig_mod.'))
    write('model-prefix.pt', prefixed(fc, 'model.'))
    write('net-prefix.t7', {'net': prefixed(state, 'net.'), 'acc': 91.5, 'epoch': 3}, legacy=True)
    write('fc.pt', {'model_state_dict': fc, 'loss': 0.25})
    write('float16.pt', {'ema': converted(state, torch.float16)})
    write('bfloat16.th', converted(state, torch.bfloat16), legacy=True)
    write('float64.pt', {'model': converted(state, torch.float64)})
    write('views.pt', views(state))
    write('parameters.th', dict([*net.named_parameters(), *net.named_buffers()]), legacy=True)
    write('downsample.pt', down)
    write('checkpoint.th', trained(network('A'), state), legacy=True)
    write('other-key.pt', {'epoch': 3, 'generator': state, 'losses': torch.zeros(3)})

    write('refused-module.pt', nn.Sequential(nn.Linear(2, 2)))
    write('refused-module.th', nn.Sequential(nn.Linear(2, 2)), legacy=True)
    write('refused-call.pt', {'conv1.weight': Call(), 'x': torch.zeros(1)})
    write('refused-script.pt', torch.jit.script(nn.Linear(2, 2)),
          save=lambda module, file: file.write(torch.jit.save(module, file) or b''))
    write('refused-basic.pt', four_stages(2))
    write('refused-bottleneck.pt', four_stages(3))
    write('refused-quantized.pt', {'conv1.weight': torch.quantize_per_tensor(
        torch.zeros(2), 0.1, 0, torch.qint8), 'x': torch.zeros(1)})
    with open(os.path.join(FOLDER, 'expected.json'), 'w') as file:
        json.dump(expected, file)


if __name__ == '__main__':
    main()
