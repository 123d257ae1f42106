#pragma once

#include <vector>

#include "envelope_network.hpp"

/// \file
/// Waves that travel on guides with a delay.

namespace neucasl::scattering {

/// The waves into the delayed guides over time. Between its points a wave is a cubic polynomial of
/// four neighbours (a straight line inside the step that is being computed), never across a corner.
class WaveHistory {
 public:
  /// \param nearness  s; instants closer than that are one
  WaveHistory(const EnvelopeNetwork& network, double nearness);

  [[nodiscard]] bool any() const { return !ports_.empty(); }
  [[nodiscard]] std::size_t size() const { return ports_.size(); }
  [[nodiscard]] std::uint32_t port(std::size_t k) const { return ports_[k]; }
  [[nodiscard]] double delay(std::size_t k) const { return delays_[k]; }
  /// Different delays, ascending.
  [[nodiscard]] const std::vector<double>& delays() const { return different_; }

  /// Before the first point, waves are those of the first point (`steady`), or zero.
  void begin(double time, const std::vector<Amplitude>& in, bool steady);
  void add(double time, const std::vector<Amplitude>& in);
  /// The same instant once more, as seen from behind: a corner.
  void add_corner(const std::vector<Amplitude>& in);
  /// Forgets the points after the last corner.
  void back_to_corner();

  struct Arrival {
    Amplitude known;     ///< Of accepted points.
    double share = 0.0;  ///< Of the wave at the end of the step.
  };
  /// The wave that went into port k one delay before `time`, seen from before or behind corners.
  [[nodiscard]] Arrival arrive(std::size_t k, double time, bool behind) const;

 private:
  [[nodiscard]] const Amplitude& value(std::size_t point, std::size_t k) const {
    return values_[point * ports_.size() + k];
  }
  [[nodiscard]] Amplitude between(std::size_t point, std::size_t k, double time, double& next_share,
                                  double next_time) const;
  void forget();

  double nearness_;
  bool steady_ = true;
  std::vector<std::uint32_t> ports_;
  std::vector<double> delays_, different_;
  std::vector<double> times_;
  std::vector<std::uint32_t> piece_;  // of each point; a corner begins a new one
  std::vector<Amplitude> values_;
};

}  // namespace neucasl::scattering
