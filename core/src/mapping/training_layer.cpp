#include "training_layer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "neucasl/base/random.hpp"

namespace neucasl::mapping {
namespace {

/// Weights that a thread takes at once.
constexpr std::size_t task_weights = 8192;
/// Rows whose pulse trains are kept at once.
constexpr std::size_t train_rows = 256;
/// More pulses than any training gives at once; whole numbers hold as many.
constexpr double most_pulses = 1e12;

[[noreturn]] void refuse_values(const std::string& what, const std::string& remedy) {
  throw base::Error("mapping.analog-training", what, remedy);
}

double largest_of(const float* values, std::size_t count) {
  float most = 0.0F;
  for (std::size_t i = 0; i < count; ++i) most = std::max(most, std::abs(values[i]));
  return most;
}

void check_finite_values(const std::string& layer, const std::string& what,
                         std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    std::string fault = what;
    fault.append(" ").append(std::to_string(i)).append(" of layer '").append(layer);
    refuse_values(fault.append("' is not finite"),
                  "lower the learning rate, or look for the fault in the images");
  }
}

/// Bits of one vector: bit b of entry i is set with probability |x_i| factor, at most 1.
class PulseTrains {
 public:
  explicit PulseTrains(std::uint64_t seed, const std::string& purpose)
      : key_(base::stream_key(seed, purpose)) {}

  void draw(const float* values, std::size_t count, double factor, unsigned length,
            std::uint64_t row, std::uint32_t* bits) const {
    for (std::size_t i = 0; i < count; ++i) {
      bits[i] = values[i] == 0.0F ? 0U : train(i, std::abs(values[i]) * factor, length, row);
    }
  }

 private:
  /// A number of 16 bits a pulse.
  [[nodiscard]] std::uint32_t train(std::size_t entry, double probability, unsigned length,
                                    std::uint64_t row) const {
    const auto limit = static_cast<std::uint32_t>(std::lround(std::min(probability, 1.0) * 65536));
    std::uint32_t result = 0;
    std::array<std::uint32_t, 4> words{};
    for (unsigned bit = 0; bit < length; ++bit) {
      if (bit % 8 == 0) {
        words = base::philox4x32(
            {static_cast<std::uint32_t>(entry), bit / 8, static_cast<std::uint32_t>(row),
             static_cast<std::uint32_t>(row >> 32)},
            key_);
      }
      const std::uint32_t number = words[bit % 8 / 2] >> (bit % 2 * 16) & 0xffffU;
      if (number < limit) result |= 1U << bit;
    }
    return result;
  }

  std::array<std::uint32_t, 2> key_;
};

}  // namespace

TrainingLayer::TrainingLayer(std::string name, std::size_t depth, std::size_t outputs,
                             const TrainingDevice& device, const AnalogTrainingOptions& options)
    : forward_(depth, outputs, options.array_rows, options.array_columns / 2, options.reading),
      backward_(outputs, depth, options.array_columns / 2, options.array_rows, options.reading),
      name_(std::move(name)),
      depth_(depth),
      outputs_(outputs),
      options_(options),
      cells_(device, options, depth * outputs, name_),
      cost_(device.cost),
      range_(options.weight_range * std::sqrt(2.0 / static_cast<double>(depth))),
      changed_(depth * outputs) {
  forward_.scale = backward_.scale = range_;
  const bool law = device.synapse.read_noise.has_value() || options.read_sigma > 0.0;
  if (options.read_noise && law) {
    forward_.quadratic.resize(depth * outputs);
    backward_.quadratic.resize(depth * outputs);
  }
  if (options.update == UpdateScheme::accumulated) chi_.resize(depth * outputs);
}

void TrainingLayer::program(std::span<const float> weight) {
  check_size(weight.size());
  check_finite_values(name_, "weight", weight);
  std::vector<float> r(weight.begin(), weight.end());
  for (float& value : r) value = static_cast<float>(value / range_);
  cells_.program(r);
  std::fill(chi_.begin(), chi_.end(), 0.0);
  std::fill(changed_.begin(), changed_.end(), 1);
  refresh();
}

void TrainingLayer::begin_pass(std::uint64_t pass) {
  const std::string place = name_ + '/' + std::to_string(pass);
  forward_noise = base::NormalField(options_.seed, "analog training/forward/" + place);
  backward_noise = base::NormalField(options_.seed, "analog training/backward/" + place);
  pass_ = pass;
}

void TrainingLayer::save(base::ByteWriter& out) const {
  cells_.save(out);
  out.array(chi_);
  out.number(steps_);
  out.number(energy_);
  out.number(time_);
}

void TrainingLayer::restore(base::ByteReader& in) {
  cells_.restore(in);
  in.array(chi_);
  steps_ = in.number<std::uint64_t>();
  energy_ = in.number<double>();
  time_ = in.number<double>();
  std::fill(changed_.begin(), changed_.end(), 1);
  refresh();
}

std::vector<float> TrainingLayer::weights() const {
  std::vector<float> result = forward_.weight;
  for (float& value : result) value *= static_cast<float>(range_);
  return result;
}

/// Calls body(first, last) for ranges of rows of the weight matrix; sums what it returns in order.
template <class Body>
double TrainingLayer::for_rows(const Body& body) {
  const std::size_t rows = std::max<std::size_t>(1, task_weights / outputs_);
  std::vector<double> parts((depth_ + rows - 1) / rows);
  const int threads = parts.size() > 1 ? options_.threads : 1;
  base::parallel_for(parts.size(), threads, options_.cancel, [&](std::size_t task) {
    parts[task] = body(task * rows, std::min(depth_, (task + 1) * rows));
  });
  double sum = 0.0;
  for (const double part : parts) sum += part;
  return sum;
}

void TrainingLayer::check_size(std::size_t size) const {
  if (size == depth_ * outputs_) return;
  refuse_values(std::to_string(size) + " values are no matrix of layer '" + name_ + "'",
                "give " + std::to_string(depth_ * outputs_));
}

std::size_t TrainingLayer::column_arrays() const {
  return (outputs_ + array_outputs() - 1) / array_outputs();
}

/// The matrices of the products after pulses.
void TrainingLayer::refresh() {
  for_rows([&](std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) {
      for (std::size_t n = 0; n < outputs_; ++n) refresh(k, n);
    }
    return 0.0;
  });
}

void TrainingLayer::refresh(std::size_t k, std::size_t n) {
  const std::size_t at = k * outputs_ + n;
  if (changed_[at] == 0) return;
  changed_[at] = 0;
  const std::size_t transposed = n * depth_ + k;
  forward_.weight[at] = backward_.weight[transposed] = static_cast<float>(cells_.relative(at));
  if (forward_.quadratic.empty()) return;
  forward_.quadratic[at] = backward_.quadratic[transposed] =
      static_cast<float>(cells_.variance(at));
}

void TrainingLayer::add(std::span<const float> change) {
  check_size(change.size());
  check_finite_values(name_, "change", change);
  most_.assign(depth_ * column_arrays(), {});
  energy_ += for_rows([&](std::size_t first, std::size_t last) {
    double energy = 0.0;
    for (std::size_t k = first; k < last; ++k) energy += transfer_row(k, change);
    return energy;
  });
  ++steps_;
  count_write_time();
  refresh();
}

/// Energy of the pulses, J.
double TrainingLayer::transfer_row(std::size_t row, std::span<const float> change) {
  double energy = 0.0;
  const double step = cells_.step();
  const auto threshold = static_cast<double>(options_.threshold);
  for (std::size_t n = 0; n < outputs_; ++n) {
    const std::size_t at = row * outputs_ + n;
    chi_[at] += change[at] / range_;
    const double pulses = std::trunc(chi_[at] / step);
    if (std::abs(pulses) < threshold) continue;
    if (std::abs(pulses) > most_pulses) {
      refuse_values("a change in layer '" + name_ + "' is worth more than 1e12 pulses",
                    "lower the learning rate");
    }
    chi_[at] -= pulses * step;
    const auto count = static_cast<std::int64_t>(pulses);
    energy += cells_.pulse(at, count, steps_);
    changed_[at] = 1;
    auto& [up, down] = most_[row * column_arrays() + n / array_outputs()];
    up = std::max(up, cells_.push_pull() ? std::abs(count) : count);
    down = std::max(down, cells_.push_pull() ? std::abs(count) : -count);
  }
  return energy;
}

/// Rows of an array one after the other, arrays at the same time.
void TrainingLayer::count_write_time() {
  if (!cost_) return;
  const std::size_t arrays = column_arrays();
  double longest = 0.0;
  for (std::size_t array = 0; array < arrays; ++array) {
    for (std::size_t first = 0; first < depth_; first += options_.array_rows) {
      double time = 0.0;
      for (std::size_t k = first; k < std::min(depth_, first + options_.array_rows); ++k) {
        const auto& [up, down] = most_[k * arrays + array];
        time += static_cast<double>(up) * cost_->potentiation_time +
                static_cast<double>(down) * cost_->depression_time;
      }
      longest = std::max(longest, time);
    }
  }
  time_ += longest;
}

void TrainingLayer::add_rows(const float* input, const float* gradient, std::size_t rows,
                             std::size_t first_row, double rate) {
  check_finite_values(name_, "output gradient", std::span(gradient, rows * outputs_));
  const std::string place = name_ + '/' + std::to_string(pass_);
  const PulseTrains input_trains(options_.seed, "analog training/rows/" + place);
  const PulseTrains output_trains(options_.seed, "analog training/columns/" + place);
  const double step = weight_step();
  std::vector<std::uint32_t> inputs(std::min(rows, train_rows) * depth_);
  std::vector<std::uint32_t> outputs(std::min(rows, train_rows) * outputs_);
  for (std::size_t begin = 0; begin < rows; begin += train_rows) {
    const std::size_t number = std::min(train_rows, rows - begin);
    const float* const x = input + begin * depth_;
    const float* const d = gradient + begin * outputs_;
    std::fill(inputs.begin(), inputs.end(), 0U);
    std::fill(outputs.begin(), outputs.end(), 0U);
    for (std::size_t r = 0; r < number; ++r) {
      const double most_x = largest_of(x + r * depth_, depth_);
      const double most_d = largest_of(d + r * outputs_, outputs_);
      if (most_x == 0.0 || most_d == 0.0) continue;
      const double wanted = rate * most_x * most_d / step;
      const auto length = static_cast<unsigned>(
          std::clamp(std::ceil(wanted), 1.0, static_cast<double>(options_.pulse_train)));
      const double probability = std::sqrt(wanted / length);  // of the largest of both
      const std::uint64_t row = first_row + begin + r;
      input_trains.draw(x + r * depth_, depth_, probability / most_x, length, row,
                        inputs.data() + r * depth_);
      output_trains.draw(d + r * outputs_, outputs_, probability / most_d, length, row,
                         outputs.data() + r * outputs_);
      if (cost_) time_ += length * (cost_->potentiation_time + cost_->depression_time);
    }
    energy_ += for_rows([&](std::size_t first, std::size_t last) {
      return add_trains(inputs, outputs, x, d, number, first_row + begin, first, last);
    });
  }
  refresh();
}

double TrainingLayer::add_trains(const std::vector<std::uint32_t>& inputs,
                                 const std::vector<std::uint32_t>& outputs, const float* input,
                                 const float* gradient, std::size_t rows, std::uint64_t first_row,
                                 std::size_t first, std::size_t last) {
  double energy = 0.0;
  for (std::size_t r = 0; r < rows; ++r) {
    // Noise is drawn by pass and row.
    const std::uint64_t event = pass_ << 48 | (first_row + r);
    for (std::size_t k = first; k < last; ++k) {
      const std::uint32_t bits = inputs[r * depth_ + k];
      if (bits == 0) continue;
      const bool negative = input[r * depth_ + k] < 0.0F;
      for (std::size_t n = 0; n < outputs_; ++n) {
        const int pulses = std::popcount(bits & outputs[r * outputs_ + n]);
        if (pulses == 0) continue;
        const std::size_t at = k * outputs_ + n;
        const bool up = negative == (gradient[r * outputs_ + n] > 0.0F);
        energy += cells_.pulse(at, up ? pulses : -pulses, event);
        changed_[at] = 1;
      }
    }
  }
  return energy;
}

}  // namespace neucasl::mapping
