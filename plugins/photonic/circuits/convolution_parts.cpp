#include "convolution_parts.hpp"

#include <cmath>
#include <utility>

#include "channel_tuning.hpp"

namespace neucasl::photonic {
namespace {

ChannelPlan channel_plan(const plugin::ParameterSet& parameters, const TunedDisk& disk,
                         int channels, const base::Location& where) {
  ChannelRequest request;
  request.centre = parameters.si("wavelength");
  request.spacing = parameters.si("spacing");
  request.channels = channels;
  request.free_spectral_range = disk.free_spectral_range();
  request.width = disk.width();
  request.where = where;
  return plan_channels(request);
}

ConductanceMemory conductance_memory(const plugin::ParameterSet& parameters,
                                     plugin::Context& context, device::UseList& uses) {
  const double read = parameters.si("read_voltage");
  const std::string& card = parameters.text("memory");
  if (!card.empty()) return {card, read, context, uses, parameters.where("memory")};
  const double highest = parameters.si("highest_conductance");
  return {highest / parameters.si("conductance_ratio"), highest, read};
}

}  // namespace

double quantised_input(double input, int bits) {
  if (bits == 0) return input;
  const double steps = std::exp2(bits) - 1.0;
  return std::round(input * steps) / steps;
}

ConvolutionParts::ConvolutionParts(const plugin::ParameterSet& parameters, int channels,
                                   const base::Location& where, plugin::Context& context,
                                   device::UseList& uses)
    : input_place_(parameters.where("input_scale")),
      full_scale_(parameters.si("full_scale")),
      input_scale_(parameters.si("input_scale")) {
  const device::Library& cards = *context.devices;
  const TunedDisk disk(cards, parameters.text("weight_disk"), "microdisk_switch", uses,
                       parameters.where("weight_disk"));
  const TunedDisk modulator(cards, parameters.text("modulator"), "microdisk_modulator", uses,
                            parameters.where("modulator"));
  bench_.detector_card = parameters.text("detector");
  detector_ = photodiode_values(cards, bench_.detector_card, uses, parameters.where("detector"));
  bench_.detector_bias = parameters.si("detector_bias");
  bench_.power = parameters.si("power");
  bench_.transresistance = parameters.si("unit_voltage") /
                           (detector_.responsivity * bench_.power * full_scale_ * input_scale_);
  bench_.guide = GuideSection(cards, parameters.text("guide"), parameters.si("pitch"), uses,
                              parameters.where("guide"));
  bench_.plan = channel_plan(parameters, disk, channels, where);
  if (!parameters.text("activation_diode").empty()) {
    bench_.activation.emplace(parameters, context, uses);
  }
  modulators_.emplace(bench_.plan, modulator, parameters.si("drive_voltage"));
  memory_.emplace(bench_.plan, disk, conductance_memory(parameters, context, uses),
                  parameters.si("bias_voltage"));
}

ResonatorBank ConvolutionParts::bank(const std::vector<double>& errors) const {
  return {bench_.plan, memory_->response(errors), bench_.guide};
}

TunedChannels ConvolutionParts::weights(const ResonatorBank& bank) const {
  TunedChannels result;
  result.count = bank.channels();
  result.alone = [&bank](int channel, double g) { return bank.share_alone(channel, g); };
  result.together = [&bank](const std::vector<double>& g) { return bank.shares(g); };
  result.first = memory_->memory().lowest();
  result.last = memory_->memory().highest();
  return result;
}

std::vector<double> ConvolutionParts::drives(const std::vector<double>& inputs) const {
  CalibrationLimits limits;
  limits.what = "input";
  limits.unit = input_scale_;
  limits.where = input_place_;
  std::vector<double> light = inputs;
  for (double& one : light) one *= input_scale_;
  return calibrate(modulators_->channels(), light, limits).tunings;
}

double ConvolutionParts::product(const ResonatorBank& bank, const std::vector<double>& conductances,
                                 const std::vector<double>& drives) const {
  const std::vector<double> shares = bank.shares(conductances);
  const std::vector<double> light = modulators_->transmissions(drives);
  double sum = 0.0;
  for (std::size_t k = 0; k < shares.size(); ++k) sum += shares[k] * light[k];
  return sum / (full_scale_ * input_scale_);
}

}  // namespace neucasl::photonic
