"""Class-activation maps and occlusion as PyTorch computes them in float64, for tests/explained.test.js.

  python3 make_explained.py RESNET20.th   writes the files beside this script

The small network is that of ../golden/resnet8-A-w4.safetensors after its six steps; its weights are written
too. RESNET20.th is the file that akamaster/pytorch_resnet_cifar10 publishes; its weights are not kept here,
only what they give for the photograph of a cat in web/image/samples (scikit-image's, CC0).
"""
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../golden'))
from make_golden import MEAN, STD, Net, read_safetensors, write_safetensors  # noqa: E402

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CAT = os.path.join(HERE, '../../web/image/samples/cat.jpg')
SIZE, STRIDE = 8, 2


def normalised(images, mean, std):
    channels = lambda v: torch.tensor(v, dtype=torch.float64).view(1, 3, 1, 1)
    return (images.double() / 255 - channels(mean)) / channels(std)


def occluded(image, mean):
    """The image once for each cell of STRIDE x STRIDE pixels, row by row; a square of SIZE pixels around the
    cell has the mean colour."""
    fill = torch.tensor([round(255 * m) for m in mean], dtype=torch.uint8).view(3, 1, 1)
    before, copies = (SIZE - STRIDE) // 2, []
    for y in range(-before, 32 - before, STRIDE):
        for x in range(-before, 32 - before, STRIDE):
            copy = image.clone()
            copy[:, max(y, 0):y + SIZE, max(x, 0):x + SIZE] = fill
            copies.append(copy)
    return torch.stack(copies)


def explained(net, image, mean, std):
    """Returns logits, each class's map, and the logits without each part of the image."""
    net.eval()
    with torch.no_grad():
        seen = {}
        hook = net.layer3.register_forward_hook(lambda m, i, out: seen.update(features=out))
        logits = net(normalised(image[None], mean, std))
        hook.remove()
        maps = torch.einsum('kc,cyx->kyx', net.linear.weight, seen['features'][0])
        assert torch.allclose(maps.mean((1, 2)) + net.linear.bias, logits[0])
        without = net(normalised(occluded(image, mean), mean, std))
    return {'image': image, 'logits': logits[0], 'maps': maps, 'occluded': without}


def write(name, values, mean, std):
    metadata = {'mean': ','.join(map(str, mean)), 'std': ','.join(map(str, std)), 'size': str(SIZE),
                'stride': str(STRIDE)}
    write_safetensors(os.path.join(HERE, f'{name}.safetensors'), metadata, values)
    print(name, values['logits'].argmax().item(), F.softmax(values['logits'], 0).max().item())


def small():
    _, tensors = read_safetensors(os.path.join(HERE, '../golden/resnet8-A-w4.safetensors'))
    state = {n[6:]: t for n, t in tensors.items() if n.startswith('after.')}
    net = Net(8, 'A', 4, 'batch').double()
    net.load_state_dict({n: t.double() for n, t in state.items()}, strict=False)
    weights = {'mean': ','.join(map(str, MEAN)), 'std': ','.join(map(str, STD)), 'net': 'resnet8'}
    write_safetensors(os.path.join(HERE, 'resnet8-weights.safetensors'), weights, state)
    write('resnet8', explained(net, tensors['images'][0], MEAN, STD), MEAN, STD)


def published(path):
    state = torch.load(path, map_location='cpu')['state_dict']
    net = Net(20, 'A', 16, 'batch').double()
    missing, unexpected = net.load_state_dict({n[7:]: t.double() for n, t in state.items()}, strict=False)
    assert not missing and not unexpected, (missing, unexpected)
    picture = Image.open(CAT).convert('RGB')
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.resize((32, 32), Image.BOX, (left, top, left + side, top + side))
    image = torch.from_numpy(np.array(square)).permute(2, 0, 1).contiguous()
    write('published', explained(net, image, *IMAGENET), *IMAGENET)


if __name__ == '__main__':
    small()
    published(sys.argv[1])
