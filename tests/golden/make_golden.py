"""Values that a core must reproduce, computed by PyTorch in float64; README.md says which.

  python3 make_golden.py              writes the files beside this script
  python3 make_golden.py FILE...      recomputes files of the same format and prints how far
                                      their values are from PyTorch's, per group
"""
import json
import math
import os
import struct
import sys

import torch
import torch.nn.functional as F

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
HYPER = {'lr': 0.1, 'momentum': 0.9, 'weight_decay': 1e-4}
BN_EPS, BN_MOMENTUM, STEPS = 1e-5, 0.1, 6
# What a recipe may add: 0 is off. Beside them there may be the tensor class_weights.
OPTIONS = ('nesterov', 'no_decay_norm', 'label_smoothing', 'clip', 'ema', 'mixup', 'cutout')

# name: depth, shortcut, width, norm, batch, lr, and what the recipe adds
NETS = {
    'plain8-w4': (8, 'plain', 4, 'batch', 8, 0.1),
    'resnet8-A-w4': (8, 'A', 4, 'batch', 8, 0.1),
    'resnet14-B-w4': (14, 'B', 4, 'batch', 6, 0.1),
    'resnet8-C-w5': (8, 'C', 5, 'batch', 7, 0.1),
    'resnet8-A-w6-none': (8, 'A', 6, 'none', 8, 0.01),
    'resnet8-A-w4-update': (8, 'A', 4, 'batch', 8, 0.05,
                            {'nesterov': 1, 'no_decay_norm': 1, 'clip': 1.5, 'ema': 0.4,
                             'weight_decay': 0.01}),
    'resnet8-B-w4-targets': (8, 'B', 4, 'batch', 8, 0.1,
                             {'label_smoothing': 0.1, 'mixup': 0.5, 'cutout': 12,
                              'class_weights': [0.5 + k / 4 for k in range(10)]}),
}


class Layer:
    """A convolution and its norm, registered in `parent` under the names that a file gives them."""

    def __init__(self, parent, conv, bn, channels, out, kernel, stride, norm):
        convolution = torch.nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=norm == 'none')
        parent.add_module(conv, convolution)
        self.parts = [convolution]
        if norm == 'batch':
            parent.add_module(bn, torch.nn.BatchNorm2d(out, BN_EPS, BN_MOMENTUM))
            self.parts.append(getattr(parent, bn))

    def __call__(self, x):
        for part in self.parts:
            x = part(x)
        return x


class Block(torch.nn.Module):
    def __init__(self, channels, out, stride, shortcut, norm):
        super().__init__()
        self.kind, self.grows = shortcut, channels != out
        self.first = Layer(self, 'conv1', 'bn1', channels, out, 3, stride, norm)
        self.second = Layer(self, 'conv2', 'bn2', out, out, 3, 1, norm)
        if shortcut == 'C' or (shortcut == 'B' and self.grows):
            self.shortcut = torch.nn.Module()
            self.projection = Layer(self.shortcut, '0', '1', channels, out, 1, stride, norm)

    def around(self, x):
        if hasattr(self, 'projection'):
            return self.projection(x)
        if not self.grows:
            return x
        pad = x.shape[1] // 2
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, pad, x.shape[1] - pad))

    def forward(self, x):
        y = self.second(F.relu(self.first(x)))
        return F.relu(y if self.kind == 'plain' else y + self.around(x))


class Net(torch.nn.Module):
    def __init__(self, depth, shortcut, width, norm, classes=10):
        super().__init__()
        self.stem = Layer(self, 'conv1', 'bn1', 3, width, 3, 1, norm)
        channels = width
        for stage in range(3):
            out, blocks = width << stage, []
            for block in range((depth - 2) // 6):
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Block(channels, out, stride, shortcut, norm))
                channels = out
            self.add_module(f'layer{stage + 1}', torch.nn.Sequential(*blocks))
        self.linear = torch.nn.Linear(channels, classes)

    def forward(self, x):
        x = F.relu(self.stem(x))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


def synthetic_images(count):
    """Waves of colour whose direction, length and phase depend on the image, with a little noise
    from a linear congruential generator: the same everywhere, from integers and one sine."""
    y, x = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing='ij')
    images = torch.empty(count, 3, 32, 32, dtype=torch.float64)
    for n in range(count):
        for c in range(3):
            phase = (x * ((n * 7 + c) % 11 - 5) + y * ((n * 5 + c * 3) % 13 - 6)) / 32
            images[n, c] = 128 + 80 * torch.sin(6.283185307179586 * (phase + n / 10 + c / 3)) + 8 * c
    state, noise = 12345, []
    for _ in range(images.numel()):
        state = (state * 1103515245 + 12345) % 2**31
        noise.append((state >> 16) % 41 - 20)
    images += torch.tensor(noise, dtype=torch.float64).view_as(images)
    return images.round().clamp(0, 255).to(torch.uint8)


def initialise(net):
    """Normal, variance 2 / fan-in, rounded to float32 since that is what the file holds; away from
    0 and 1 where those would hide mistakes."""
    with torch.no_grad():
        for name, p in net.named_parameters():
            if p.dim() > 1:
                p.normal_(0, (2 / p[0].numel()) ** 0.5)
            elif name.endswith('weight'):
                p.normal_(1, 0.1)
            else:
                p.normal_(0, 0.1)
            p.copy_(p.float().double())


# ------------------------------------------------- the core's random numbers, of seed 0

ORDER, AUGMENT, CUTOUT, MIXUP = range(1 << 20, (1 << 20) + 4)  # streams
MASK = 2**64 - 1


def mix(x):
    x ^= x >> 30
    x = x * 0xbf58476d1ce4e5b9 & MASK
    x ^= x >> 27
    x = x * 0x94d049bb133111eb & MASK
    return x ^ x >> 31


def random_bits(stream, counter):
    key = mix(mix(0x9e3779b97f4a7c15) + stream * 0xd1342543de82ef95 & MASK)
    return mix(key + (counter + 1) * 0x9e3779b97f4a7c15 & MASK)


def image_at(epoch, position, count):
    """Which image an epoch takes at a position: a Feistel permutation."""
    half = 1
    while 1 << 2 * half < count:
        half += 1
    mask, x = (1 << half) - 1, position
    while True:
        left, right = x >> half, x & mask
        for round in range(6):
            bits = random_bits(ORDER + (epoch << 32), round << 32 | right)
            left, right = right, left ^ (bits & mask)
        x = left << half | right
        if x < count:
            return x


def cut_out(x, side, step):
    """Each step is an epoch here: there are as many images as a batch has."""
    x = x.clone()
    for i in range(len(x)):
        bits = random_bits(CUTOUT, step << 32 | image_at(step, i, len(x)))
        left, top = (bits & 31) - side // 2, (bits >> 32 & 31) - side // 2
        x[i, :, max(0, top):max(0, top + side), max(0, left):max(0, left + side)] = 0
    return x


def share_of(alpha, step):
    counter = step << 32
    while True:
        a, b = (math.log(((random_bits(MIXUP, counter + k) >> 11) + 1) * 2**-53) / alpha
                for k in range(2))
        if math.exp(a) + math.exp(b) <= 1:
            return torch.tensor(1 / (1 + math.exp(-abs(a - b)))).float().item()
        counter += 2


# ------------------------------------------------------------------------------ the steps

def make_optimizer(net, hyper, options):
    names = [(name, p) for name, p in net.named_parameters()]
    decayed = [p for _, p in names if p.dim() > 1 or not options['no_decay_norm']]
    others = [p for _, p in names if p.dim() == 1 and options['no_decay_norm']]
    groups = [{'params': decayed}] + ([{'params': others, 'weight_decay': 0}] if others else [])
    return torch.optim.SGD(groups, **hyper, nesterov=bool(options['nesterov']))


def averaged(net, decay):
    """PyTorch's average, which begins as a copy; after step t its decay is at most (1+t) / (10+t)."""
    def average(old, new, t):
        d = torch.minimum(torch.as_tensor(decay, dtype=torch.float64), (1.0 + t) / (10.0 + t))
        return d * old + (1 - d) * new
    model = torch.optim.swa_utils.AveragedModel(net, avg_fn=average, use_buffers=True)
    model.update_parameters(net)
    return model


def normalise(images, mean, std):
    channels = lambda v: torch.tensor(v, dtype=torch.float64).view(1, 3, 1, 1)
    return (images.double() / 255 - channels(mean)) / channels(std)


def compute(net, images, labels, hyper, mean, std, options, weights=None):
    """What a file holds beside its inputs."""
    normalised = normalise(images, mean, std)
    optimizer = make_optimizer(net, hyper, options)
    average = averaged(net, options['ema']) if options['ema'] else None
    out, losses = {}, []
    loss_of = lambda logits, targets: F.cross_entropy(
        logits, targets, weight=weights, label_smoothing=options['label_smoothing'])
    net.train()
    for step in range(STEPS):
        x = cut_out(normalised, int(options['cutout']), step)
        share = share_of(options['mixup'], step) if options['mixup'] else 1.0
        logits = net(share * x + (1 - share) * x.roll(-1, 0))
        loss = share * loss_of(logits, labels) + (1 - share) * loss_of(logits, labels.roll(-1, 0))
        optimizer.zero_grad()
        loss.backward()
        if options['clip']:
            torch.nn.utils.clip_grad_norm_(net.parameters(), options['clip'])
        if step == 0:
            out['train_logits'] = logits.detach().clone()
            for name, p in net.named_parameters():
                out[f'grad.{name}'] = p.grad.clone()
        losses.append(loss.item())
        optimizer.step()
        if average:
            average.update_parameters(net)
    out['losses'] = torch.tensor(losses, dtype=torch.float64)
    evaluated = average or net
    evaluated.eval()
    with torch.no_grad():
        out['eval_logits_after'] = evaluated(normalised)
    for name, t in net.state_dict().items():
        if not name.endswith('num_batches_tracked'):
            out[f'after.{name}'] = t.clone()
    return out


# ------------------------------------------------------------------------------- the files

DTYPES = {'U8': torch.uint8, 'I64': torch.int64, 'F32': torch.float32}


def write_safetensors(path, metadata, tensors):
    header, data = {'__metadata__': metadata}, b''
    for name, t in tensors.items():
        kind = next((k for k, d in DTYPES.items() if d == t.dtype), 'F32')
        raw = t.contiguous().to(DTYPES[kind]).numpy().tobytes()
        header[name] = {'dtype': kind, 'shape': list(t.shape),
                        'data_offsets': [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + data)


def read_safetensors(path):
    with open(path, 'rb') as f:
        size, = struct.unpack('<Q', f.read(8))
        header, data = json.loads(f.read(size)), bytearray(f.read())
    metadata = header.pop('__metadata__')
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        raw = torch.frombuffer(data[begin:end], dtype=DTYPES[entry['dtype']])
        tensors[name] = raw.view(entry['shape'])
    return metadata, tensors


def make(name):
    depth, shortcut, width, norm, batch, lr, *more = NETS[name]
    added = more[0] if more else {}
    torch.manual_seed(depth * 100 + width)
    net = Net(depth, shortcut, width, norm).double()
    initialise(net)
    images, labels = synthetic_images(batch), torch.arange(batch) * 3 % 10
    tensors = {'images': images, 'labels': labels}
    tensors.update({f'init.{n}': p.detach().clone() for n, p in net.named_parameters()})
    hyper = dict(HYPER, lr=lr, weight_decay=added.get('weight_decay', HYPER['weight_decay']))
    options = {k: added.get(k, 0) for k in OPTIONS}
    weights = None
    if 'class_weights' in added:
        weights = tensors['class_weights'] = torch.tensor(added['class_weights'], dtype=torch.float64)
    tensors.update(compute(net, images, labels, hyper, MEAN, STD, options, weights))
    metadata = {'depth': depth, 'shortcut': shortcut, 'width': width, 'batch': batch,
                'mean': ','.join(map(str, MEAN)), 'std': ','.join(map(str, STD)), **hyper,
                'bn_eps': BN_EPS, 'bn_momentum': BN_MOMENTUM,
                **{k: v for k, v in options.items() if v}}
    if norm == 'none':
        metadata['norm'] = norm
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f'{name}.safetensors')
    write_safetensors(path, {k: str(v) for k, v in metadata.items()}, tensors)
    print(f'{name}: {os.path.getsize(path)} bytes, losses {tensors["losses"].tolist()}')


# ------------------------------------------------------- gradients with respect to the input

# Of these nets after their steps, in evaluation mode, for so many of their images.
GRADIENTS_OF, GRADIENTS_FILE, FIRST = ('plain8-w4', 'resnet14-B-w4'), 'inputs/gradients.safetensors', 2


def input_gradient(path):
    """Of the mean loss with respect to the normalised images."""
    metadata, tensors = read_safetensors(path)
    net = Net(int(metadata['depth']), metadata['shortcut'], int(metadata['width']), 'batch').double()
    net.load_state_dict({name[6:]: t.double() for name, t in tensors.items() if name.startswith('after.')},
                        strict=False)
    net.eval()
    x = normalise(tensors['images'][:FIRST], MEAN, STD).requires_grad_()
    F.cross_entropy(net(x), tensors['labels'][:FIRST]).backward()
    return x.grad


def make_gradients(folder):
    tensors = {name: input_gradient(os.path.join(folder, f'{name}.safetensors')) for name in GRADIENTS_OF}
    write_safetensors(os.path.join(folder, GRADIENTS_FILE), {'images': str(FIRST)}, tensors)


def check_gradients(path):
    _, tensors = read_safetensors(path)
    folder = os.path.dirname(os.path.dirname(path))
    for name, t in tensors.items():
        ours = input_gradient(os.path.join(folder, f'{name}.safetensors'))
        print(name, f'{((ours - t.double()).abs().max() / ours.abs().max()).item():.1e}')


GROUPS = {'logits': 'train_logits', 'grad': 'grad.', 'losses': 'losses', 'after': 'after.',
          'eval': 'eval_logits_after'}


def check(path):
    metadata, tensors = read_safetensors(path)
    net = Net(int(metadata['depth']), metadata['shortcut'], int(metadata['width']),
              metadata.get('norm', 'batch')).double()
    net.load_state_dict({name[5:]: t.double() for name, t in tensors.items() if name.startswith('init.')},
                        strict=False)
    weights = tensors.get('class_weights')
    triple = lambda key: [float(v) for v in metadata[key].split(',')]
    ours = compute(net, tensors['images'], tensors['labels'], {k: float(metadata[k]) for k in HYPER},
                   triple('mean'), triple('std'), {k: float(metadata.get(k, 0)) for k in OPTIONS},
                   weights.double() if weights is not None else None)
    inputs = [name for name in tensors
              if name.startswith('init.') or name in ('images', 'labels', 'class_weights')]
    assert set(ours) == set(tensors) - set(inputs), set(ours) ^ (set(tensors) - set(inputs))
    errors = {name: ((t - tensors[name].double()).abs().max() / tensors[name].double().abs().max()).item()
              for name, t in ours.items()}
    worst = {group: max(e for name, e in errors.items() if name.startswith(prefix))
             for group, prefix in GROUPS.items()}
    print(os.path.basename(path), ' '.join(f'{group} {e:.1e}' for group, e in worst.items()))


if __name__ == '__main__':
    if len(sys.argv) > 1:
        for file in sys.argv[1:]:
            (check_gradients if file.endswith(GRADIENTS_FILE) else check)(file)
    else:
        for net_name in NETS:
            make(net_name)
        make_gradients(os.path.dirname(os.path.abspath(__file__)))
