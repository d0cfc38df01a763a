"""The shared library from Python by ctypes: weights and CIFAR-10 records in, the share of errors out.

    LD_LIBRARY_PATH=PREFIX/lib python3 evaluate.py weights.safetensors test_batch.bin
"""
import ctypes as c
import sys

if len(sys.argv) != 3:
    print("usage: evaluate.py WEIGHTS.safetensors RECORDS.bin", file=sys.stderr)
    sys.exit(2)
try:
    library = c.CDLL("libresidua.so")
    weights, records = (open(path, "rb").read() for path in sys.argv[1:])
except OSError as problem:
    sys.exit(f"{problem}; LD_LIBRARY_PATH is the folder of libresidua.so")
IMAGE_BYTES, RECORD_BYTES, BATCH = 3072, 3073, 100


class Error(c.Structure):
    _fields_ = [("size", c.c_uint32), ("message", c.c_char * 508)]


class Spec(c.Structure):
    _fields_ = (
        [("size", c.c_uint32), ("family", c.c_uint32), ("depth", c.c_uint32), ("width", c.c_uint32)]
        + [("shortcut", c.c_uint32), ("norm", c.c_uint32), ("init", c.c_uint32)]
        + [("init_sigma", c.c_float), ("classes", c.c_uint32), ("frozen_stages", c.c_uint32)]
        + [("seed_low", c.c_uint32), ("seed_high", c.c_uint32)]
        + [("mean", c.c_float * 3), ("stddev", c.c_float * 3)]
    )


class Capacity(c.Structure):
    _fields_ = [(name, c.c_uint32) for name in ("size", "batch_size", "training", "threads", "conv", "tier")]


class Plan(c.Structure):
    _fields_ = (
        [(name, c.c_uint32) for name in ("size", "tensors", "parameters", "convolutions")]
        + [(name, c.c_uint64) for name in ("bytes", "flops_per_image", "checkpoint_bytes")]
    )


class Score(c.Structure):
    _fields_ = [("size", c.c_uint32), ("wrong", c.c_uint32), ("loss_sum", c.c_double)]


def sized(kind, *values):
    return kind(c.sizeof(kind), *values)


def check(function, *arguments):
    error = sized(Error)
    if function(*arguments, c.byref(error)) != 0:
        sys.exit(error.message.decode())


spec, capacity, plan = sized(Spec), sized(Capacity, BATCH, 0, 1), sized(Plan)
check(library.rsd_file_spec, weights, c.c_size_t(len(weights)), c.byref(spec), None, None)
check(library.rsd_plan_net, c.byref(spec), c.byref(capacity), c.byref(plan))
room = (c.c_char * (plan.bytes + 64))()  # the net needs 64-byte alignment
memory = c.c_void_p((c.addressof(room) + 63) // 64 * 64)
net = c.c_void_p()
check(library.rsd_net_create, c.byref(spec), c.byref(capacity), memory, c.c_size_t(plan.bytes), c.byref(net))
check(library.rsd_net_load, net, weights, c.c_size_t(len(weights)))

count = len(records) // RECORD_BYTES
images, labels = (c.c_uint8 * (count * IMAGE_BYTES))(), (c.c_uint16 * count)()
check(library.rsd_cifar_decode, records, c.c_size_t(len(records)), spec.classes, images, labels)
wrong = 0
for at in range(0, count, BATCH):
    score = sized(Score)
    first_image = c.byref(images, at * IMAGE_BYTES)
    first_label = c.byref(labels, at * c.sizeof(c.c_uint16))
    check(library.rsd_evaluate, net, first_image, first_label, min(BATCH, count - at), c.byref(score))
    wrong += score.wrong
print(f"{wrong} of {count} images are wrong")
