// The library from C++: memory is a vector's, errors are exceptions.
//   c++ -std=c++17 train.cpp $(pkg-config --cflags --libs residua) -o train && ./train
#include <residua.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

namespace {

struct Error : rsd_error {
  Error() : rsd_error() { size = sizeof(rsd_error); }
};

template <typename Call>
void check(Call call) {
  Error error;
  if (call(&error) != RSD_OK) throw std::runtime_error(error.message);
}

template <typename T>
T sized() {
  T made{};
  made.size = sizeof(T);
  return made;
}

// A net is its memory, aligned to 64 bytes.
class Net {
 public:
  Net(const rsd_spec &spec, uint32_t batch_size) {
    auto capacity = sized<rsd_capacity>();
    capacity.batch_size = batch_size;
    capacity.training = 1;
    capacity.threads = 1;
    auto plan = sized<rsd_plan>();
    check([&](rsd_error *error) { return rsd_plan_net(&spec, &capacity, &plan, error); });
    const auto bytes = static_cast<std::size_t>(plan.bytes);
    memory_.reset(new (std::align_val_t{64}) unsigned char[bytes]);
    check([&](rsd_error *error) {
      return rsd_net_create(&spec, &capacity, memory_.get(), bytes, &net_, error);
    });
  }
  operator rsd_net *() const { return net_; }

 private:
  struct Free {
    void operator()(unsigned char *at) const { ::operator delete[](at, std::align_val_t{64}); }
  };
  std::unique_ptr<unsigned char[], Free> memory_;
  rsd_net *net_ = nullptr;
};

}  // namespace

int main() try {
  constexpr uint32_t images = 400, batch_size = 20;
  rsd_spec spec;
  rsd_default_spec(&spec);
  spec.depth = 8;
  spec.width = 8;
  Net net(spec, batch_size);

  std::vector<uint8_t> pixels(images * RSD_IMAGE_BYTES), batch(batch_size * RSD_IMAGE_BYTES);
  std::vector<uint16_t> labels(images), batch_labels(batch_size);
  check([&](rsd_error *error) {
    return rsd_synthetic(0, 0, images, pixels.data(), labels.data(), error);
  });
  rsd_recipe recipe;
  rsd_default_recipe(&recipe);
  recipe.images = images;
  recipe.batch_size = batch_size;
  recipe.epochs = 6;
  recipe.lr = 0.05f;
  check([&](rsd_error *error) { return rsd_train_begin(net, &recipe, error); });
  auto progress = sized<rsd_progress>();
  for (;;) {
    uint32_t indices[batch_size], count = 0;
    check([&](rsd_error *error) { return rsd_train_indices(net, indices, &count, error); });
    if (count == 0) break;
    for (uint32_t i = 0; i < count; i++) {
      const auto *from = pixels.data() + std::size_t{indices[i]} * RSD_IMAGE_BYTES;
      std::copy(from, from + RSD_IMAGE_BYTES, batch.data() + std::size_t{i} * RSD_IMAGE_BYTES);
      batch_labels[i] = labels[indices[i]];
    }
    check([&](rsd_error *error) {
      return rsd_train_step(net, batch.data(), batch_labels.data(), &progress, error);
    });
  }
  std::printf("%u steps, %u of %u training images are wrong\n", progress.step, progress.epoch_wrong,
              progress.epoch_images);
} catch (const std::exception &problem) {
  std::fprintf(stderr, "%s\n", problem.what());
  return 1;
}
