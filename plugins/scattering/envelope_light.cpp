#include "envelope_light.hpp"

#include <algorithm>
#include <cmath>

#include "envelope_exponential.hpp"

namespace neucasl::scattering {
namespace {

std::vector<char> answering_at_once(const EnvelopeNetwork& network, double least_delay) {
  std::vector<char> at_once;
  for (const EnvelopeElement& element : network.elements()) {
    at_once.push_back(element.delay < least_delay ? 1 : 0);
  }
  return at_once;
}

}  // namespace

LightStep::LightStep(EnvelopeNetwork& network, const circuit::Tolerances& tolerances,
                     double largest_step, double nearness)
    : network_(network),
      tolerances_(tolerances),
      history_(network, nearness),
      waves_(network, answering_at_once(network, 2.0 * largest_step), true),
      rest_waves_(network, std::vector<char>(network.elements().size(), 1), true),
      history_of_port_(network.ports(), none),
      changed_(network.elements().size(), 1),
      exponential_(network.states()),
      first_(network.states()),
      second_(network.states()),
      state_peak_(network.states()),
      wave_peak_(history_.any() ? network.ports() : 0),
      right_(network.ports()),
      held_(network.states()),
      arrivals_(history_.size()),
      shares_(history_.size(), -1.0) {
  for (std::size_t k = 0; k < history_.size(); ++k) {
    history_of_port_[history_.port(k)] = static_cast<std::uint32_t>(k);
  }
  for (std::size_t e = 0; e < network.elements().size(); ++e) {
    const EnvelopeElement& element = network.elements()[e];
    if (element.states == 0) continue;
    with_states_.push_back(static_cast<std::uint32_t>(e));
    first_rate_.push_back(rates_);
    rates_ += static_cast<std::size_t>(element.states) * element.states;
  }
  propagators_.resize(with_states_.size());
  mean_.resize(rates_);
}

Light LightStep::dark() const {
  return {std::vector<Amplitude>(network_.ports()), std::vector<Amplitude>(network_.ports()),
          std::vector<Amplitude>(network_.states())};
}

void LightStep::update(const DriveSystem& drives, const Light& light, const DriveState& state) {
  for (std::size_t k = 0; k < network_.devices().size(); ++k) {
    const EnvelopeDevice& one = network_.devices()[k];
    if (one.known && network_.layout(k).steering().empty()) continue;
    drives.gather(one.device, light, state, device_x_);
    if (!network_.update(k, device_x_)) continue;
    for (std::uint32_t e = 0; e < one.elements; ++e) changed_[one.first_element + e] = 1;
  }
}

void LightStep::take_out(Light& light) const {
  for (std::size_t p = 0; p < network_.ports(); ++p) {
    light.out[p] = light.in[network_.mate(p)];
  }
}

/// f = B a + k.
void LightStep::drive(const Light& light, std::vector<Amplitude>& f) const {
  f.resize(network_.states());
  for (const std::uint32_t e : with_states_) {
    const EnvelopeElement& element = network_.elements()[e];
    const Amplitude* in = &light.in[element.first_port];
    const Amplitude* fed = element.numbers.fed.data();
    for (std::uint32_t s = 0; s < element.states; ++s, fed += element.ports) {
      Amplitude sum = element.numbers.driven[s];
      for (std::uint32_t q = 0; q < element.ports; ++q) {
        sum += Amplitude(fed[q].real() * in[q].real() - fed[q].imag() * in[q].imag(),
                         fed[q].real() * in[q].imag() + fed[q].imag() * in[q].real());
      }
      f[element.first_state + s] = sum;
    }
  }
}

// --- rest ----------------------------------------------------------------------------------------

void LightStep::rest(Light& light) {
  for (std::size_t e = 0; e < network_.elements().size(); ++e) {
    const EnvelopeElement& element = network_.elements()[e];
    const auto n = static_cast<Eigen::Index>(element.ports);
    const auto m = static_cast<Eigen::Index>(element.states);
    using Matrix = Eigen::Matrix<Amplitude, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using Map = Eigen::Map<const Matrix>;
    Matrix scattering = Map(element.numbers.scattering.data(), n, n);
    Eigen::VectorXcd emitted =
        Eigen::Map<const Eigen::VectorXcd>(element.numbers.emitted.data(), n);
    if (m > 0) {
      const Map shown(element.numbers.shown.data(), n, m);
      const Map fed(element.numbers.fed.data(), m, n);
      const Eigen::FullPivLU<Matrix> rate(Matrix(Map(element.numbers.rate.data(), m, m)));
      if (!rate.isInvertible()) {
        throw base::Error("scattering.envelope", "a mode without loss and coupling has no rest",
                          "give every resonator a finite quality");
      }
      scattering -= shown * rate.solve(Matrix(fed));
      emitted -=
          shown * rate.solve(Eigen::Map<const Eigen::VectorXcd>(element.numbers.driven.data(), m));
    }
    std::copy_n(scattering.data(), n * n, rest_waves_.numbers(e));
    std::copy_n(emitted.data(), n, &right_[element.first_port]);
  }
  rest_waves_.factor();
  rest_waves_.solve(right_, light.in);
  take_out(light);
  drive(light, held_);
  for (const std::uint32_t e : with_states_) {
    const EnvelopeElement& element = network_.elements()[e];
    const auto m = static_cast<Eigen::Index>(element.states);
    using Matrix = Eigen::Matrix<Amplitude, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Matrix rate = Eigen::Map<const Matrix>(element.numbers.rate.data(), m, m);
    const Eigen::VectorXcd force =
        Eigen::Map<const Eigen::VectorXcd>(&held_[element.first_state], m);
    const Eigen::VectorXcd z = -rate.fullPivLu().solve(force);
    std::copy_n(z.data(), m, &light.state[element.first_state]);
  }
}

// --- instants ------------------------------------------------------------------------------------

void LightStep::fill(double time, const Light& light, Instant& instant) const {
  instant.time = time;
  instant.state = light.state;
  drive(light, instant.force);
  instant.rate.resize(rates_);
  for (std::size_t k = 0; k < with_states_.size(); ++k) {
    const auto& rate = network_.elements()[with_states_[k]].numbers.rate;
    std::copy(rate.begin(), rate.end(),
              instant.rate.begin() + static_cast<std::ptrdiff_t>(first_rate_[k]));
  }
  // Without delays waves are as smooth as the states and drives that make them.
  if (history_.any()) instant.waves = light.in;
}

void LightStep::begin(double time, const Light& light, bool steady) {
  history_.begin(time, light.in, steady);
  count_ = 0;
  fill(time, light, next_);
  std::swap(next_, instants_[0]);
  count_ = 1;
  prepared_step_ = -1.0;
}

void LightStep::remember(double time, const Light& light) {
  history_.add(time, light.in);
  fill(time, light, next_);
  std::swap(instants_[2], instants_[1]);
  std::swap(instants_[1], instants_[0]);
  std::swap(instants_[0], next_);
  count_ = std::min<std::size_t>(count_ + 1, 3);
  for (std::size_t k = 0; k < state_peak_.size(); ++k) {
    state_peak_[k] = std::max(state_peak_[k], std::abs(light.state[k]));
  }
  for (std::size_t p = 0; p < wave_peak_.size(); ++p) {
    wave_peak_[p] = std::max(wave_peak_[p], std::abs(light.in[p]));
  }
}

void LightStep::back_to_corner() {
  history_.back_to_corner();
  prepared_step_ = -1.0;
  while (count_ > 1) {
    std::swap(instants_[0], instants_[1]);
    std::swap(instants_[1], instants_[2]);
    --count_;
  }
}

double LightStep::cross_corner(double time, Light& light) {
  const std::vector<Amplitude> before = light.in;
  for (std::size_t k = 0; k < history_.size(); ++k) {
    arrivals_[k] = history_.arrive(k, time, true);
  }
  load(false);
  for (const std::uint32_t e : with_states_) {
    const EnvelopeElement& element = network_.elements()[e];
    std::copy_n(&light.state[element.first_state], element.states, &held_[element.first_state]);
  }
  emit();
  waves_.factor();
  waves_.solve(right_, light.in);
  take_out(light);
  double jump = 0.0;
  for (std::size_t k = 0; k < history_.size(); ++k) {
    const std::uint32_t port = history_.port(k);
    const double tolerated = tolerances_.relative * wave_peak_[port] + tolerances_.voltage;
    jump = std::max(jump, std::abs(light.in[port] - before[port]) / tolerated);
  }
  history_.add_corner(light.in);
  count_ = 0;
  fill(time, light, next_);
  std::swap(next_, instants_[0]);
  count_ = 1;
  prepared_step_ = -1.0;
  std::fill(changed_.begin(), changed_.end(), 1);
  return jump;
}

// --- steps ---------------------------------------------------------------------------------------

/// M of elements by their S alone: in a step, of those without states; at an instant, of all, those
/// with a delay counting as nothing.
void LightStep::load(bool in_step) {
  for (std::size_t e = 0; e < network_.elements().size(); ++e) {
    const EnvelopeElement& element = network_.elements()[e];
    if (in_step && element.states > 0) continue;
    Amplitude* m = waves_.numbers(e);
    const auto& s = element.numbers.scattering;
    const bool delayed = history_of_port_[element.first_port] != none;
    for (std::uint32_t p = 0; p < element.ports; ++p) {
      for (std::uint32_t q = 0; q < element.ports; ++q) {
        const std::size_t i = static_cast<std::size_t>(p) * element.ports + q;
        const double share =
            !delayed ? 1.0
                     : (in_step ? arrivals_[history_of_port_[element.first_port + q]].share : 0.0);
        m[i] = share * s[i];
      }
    }
  }
}

/// `right_`: what leaves each port beside M a; `held_` the known part of the states.
void LightStep::emit() {
  for (const EnvelopeElement& element : network_.elements()) {
    for (std::uint32_t p = 0; p < element.ports; ++p) {
      Amplitude sum = element.numbers.emitted[p];
      const Amplitude* shown =
          element.numbers.shown.data() + static_cast<std::size_t>(p) * element.states;
      for (std::uint32_t s = 0; s < element.states; ++s) {
        const Amplitude& z = held_[element.first_state + s];
        sum += Amplitude(shown[s].real() * z.real() - shown[s].imag() * z.imag(),
                         shown[s].real() * z.imag() + shown[s].imag() * z.real());
      }
      right_[element.first_port + p] = sum;
    }
    if (history_of_port_[element.first_port] == none) continue;
    for (std::uint32_t p = 0; p < element.ports; ++p) {
      for (std::uint32_t q = 0; q < element.ports; ++q) {
        right_[element.first_port + p] +=
            element.numbers.scattering[static_cast<std::size_t>(p) * element.ports + q] *
            arrivals_[history_of_port_[element.first_port + q]].known;
      }
    }
  }
}

void LightStep::propagate(std::size_t place, double h) {
  const EnvelopeElement& element = network_.elements()[with_states_[place]];
  const std::uint32_t states = element.states;
  const Amplitude* before = &instants_[0].rate[first_rate_[place]];
  Amplitude* mean = &mean_[first_rate_[place]];
  for (std::size_t i = 0; i < static_cast<std::size_t>(states) * states; ++i) {
    mean[i] = 0.5 * (before[i] + element.numbers.rate[i]);
  }
  Amplitude* m = waves_.numbers(with_states_[place]);
  const auto& shown = element.numbers.shown;
  const auto& fed = element.numbers.fed;
  const std::uint32_t n = element.ports;
  std::copy_n(element.numbers.scattering.data(), static_cast<std::size_t>(n) * n, m);
  if (!element.mixes) {
    for (std::uint32_t s = 0; s < states; ++s) {
      const std::size_t at = element.first_state + s;
      const ExponentialStep one = exponential_step(h * mean[s * states + s]);
      exponential_[at] = one.exponential;
      first_[at] = h * one.first;
      second_[at] = h * one.second;
      for (std::uint32_t p = 0; p < n; ++p) {
        const Amplitude weight = shown[p * states + s] * second_[at];
        if (weight == 0.0) continue;
        for (std::uint32_t q = 0; q < n; ++q) m[p * n + q] += weight * fed[s * n + q];
      }
    }
    return;
  }
  Eigen::MatrixXcd x(states, states);
  for (std::uint32_t s = 0; s < states; ++s) {
    for (std::uint32_t t = 0; t < states; ++t) x(s, t) = h * mean[s * states + t];
  }
  const ExponentialStepMatrix one = exponential_step(x);
  propagators_[place] = {one.exponential, h * one.first, h * one.second};
  for (std::uint32_t p = 0; p < n; ++p) {
    for (std::uint32_t q = 0; q < n; ++q) {
      for (std::uint32_t s = 0; s < states; ++s) {
        for (std::uint32_t t = 0; t < states; ++t) {
          m[p * n + q] += shown[p * states + s] * propagators_[place].second(s, t) * fed[t * n + q];
        }
      }
    }
  }
}

void LightStep::prepare(double time, double h) {
  const bool new_step = h != prepared_step_;
  bool new_numbers = new_step;
  for (std::size_t k = 0; k < history_.size(); ++k) {
    arrivals_[k] = history_.arrive(k, time, false);
    if (arrivals_[k].share == shares_[k]) continue;
    shares_[k] = arrivals_[k].share;
    new_numbers = true;
  }
  for (const char changed : changed_) new_numbers = new_numbers || changed != 0;
  if (!new_numbers) return;
  load(true);
  for (std::size_t k = 0; k < with_states_.size(); ++k) {
    const std::uint32_t e = with_states_[k];
    if (new_step || changed_[e] != 0) propagate(k, h);
  }
  waves_.factor();
  prepared_step_ = h;
  std::fill(changed_.begin(), changed_.end(), 0);
  // Where A has moved, its mean moves once more in the next step.
  for (std::size_t k = 0; k < with_states_.size(); ++k) {
    const auto& rate = network_.elements()[with_states_[k]].numbers.rate;
    const auto before = instants_[0].rate.begin() + static_cast<std::ptrdiff_t>(first_rate_[k]);
    if (!std::equal(rate.begin(), rate.end(), before)) changed_[with_states_[k]] = 1;
  }
}

void LightStep::add_states_held(const EnvelopeElement& element, std::size_t place) {
  const Instant& from = instants_[0];
  const std::size_t first = element.first_state;
  if (!element.mixes) {
    for (std::size_t s = first; s < first + element.states; ++s) {
      held_[s] = exponential_[s] * from.state[s] + (first_[s] - second_[s]) * from.force[s] +
                 second_[s] * element.numbers.driven[s - first];
    }
    return;
  }
  const Propagator& step = propagators_[place];
  const auto m = static_cast<Eigen::Index>(element.states);
  using Vector = Eigen::Map<const Eigen::VectorXcd>;
  const Eigen::VectorXcd z = step.exponential * Vector(&from.state[first], m) +
                             (step.first - step.second) * Vector(&from.force[first], m) +
                             step.second * Vector(element.numbers.driven.data(), m);
  std::copy_n(z.data(), m, &held_[first]);
}

void LightStep::step(double time, Light& light) {
  const double h = time - instants_[0].time;
  prepare(time, h);
  for (std::size_t k = 0; k < with_states_.size(); ++k) {
    add_states_held(network_.elements()[with_states_[k]], k);
  }
  emit();
  waves_.solve(right_, light.in);
  take_out(light);
  // z1 = held + P2 B a1.
  for (std::size_t k = 0; k < with_states_.size(); ++k) {
    const EnvelopeElement& element = network_.elements()[with_states_[k]];
    Eigen::VectorXcd force(static_cast<Eigen::Index>(element.states));
    const Amplitude* fed = element.numbers.fed.data();
    for (std::uint32_t s = 0; s < element.states; ++s, fed += element.ports) {
      Amplitude sum;
      for (std::uint32_t q = 0; q < element.ports; ++q) {
        const Amplitude& in = light.in[element.first_port + q];
        sum += Amplitude(fed[q].real() * in.real() - fed[q].imag() * in.imag(),
                         fed[q].real() * in.imag() + fed[q].imag() * in.real());
      }
      if (element.mixes) {
        force(s) = sum;
      } else {
        const std::size_t at = element.first_state + s;
        light.state[at] = held_[at] + second_[at] * sum;
      }
    }
    if (!element.mixes) continue;
    const Eigen::VectorXcd moved = propagators_[k].second * force;
    for (std::uint32_t s = 0; s < element.states; ++s) {
      light.state[element.first_state + s] = held_[element.first_state + s] + moved(s);
    }
  }
}

}  // namespace neucasl::scattering
