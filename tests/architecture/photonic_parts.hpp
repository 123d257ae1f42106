#pragma once

#include "tests/architecture/parts.hpp"

/// \file
/// A small photonic chip with round numbers: 3 tiles of 2 cores, each with 4 channels and 3
/// outputs, symbols of 1 ns. Setting its 12 weights through 6 converters takes 2 ns and 40 ns.

namespace neucasl::architecture::test {

/// As `component`, with `more` numbers and choices.
inline std::string encoder(const std::string& kind, const std::string& name,
                           const std::string& operand, const std::string& count,
                           const std::string& energy, const std::string& time,
                           const std::string& more) {
  return "<component kind='" + kind + "' name='" + name + "'>\n<choice name='operand' value='" +
         operand + "'/>\n" + number("count", count, "1") + number("area", "10", "um^2") +
         number("leakage", "1", "uW") + number("energy", energy, "pJ") +
         number("time", time, "ns") + more + "</component>\n";
}

/// What holds a weight.
inline std::string held_by(const std::string& holder) {
  return "<choice name='held_by' value='" + holder + "'/>\n";
}

inline std::string laser() {
  return "<component kind='laser' name='laser'>\n" + number("count", "1", "1") +
         number("area", "10", "um^2") + number("loss_db", "1", "1") + number("fan_out", "3", "1") +
         number("wavelengths", "4", "1") + number("wall_plug_efficiency", "0.25", "1") +
         number("intensity_noise_db", "-140", "1") + "</component>\n";
}

inline std::string splitter() {
  return "<component kind='passive' name='splitter'>\n" + number("count", "1", "1") +
         number("area", "10", "um^2") + number("leakage", "2", "uW") +
         number("loss_db", "0.5", "1") + number("passes", "2", "1") + "</component>\n";
}

inline std::string weight_bank() {
  return component("weight_bank", "12", "3", "40",
                   number("loss_db", "1.5", "1") + number("through_loss_db", "0.2", "1") +
                       number("quality", "8000", "1") + number("resonance_error", "1", "pm"));
}

inline std::string weight_modulator() {
  return encoder("modulator", "weight_modulator", "weights", "12", "0.75", "1",
                 number("loss_db", "2", "1") + number("passes", "0", "1"));
}

inline std::string receiver() {
  return component("photodetector", "6", "0.25", "1",
                   number("responsivity", "1", "A/W") + number("sensitivity", "4", "uW")) +
         component("amplifier", "3", "1.5", "1",
                   number("load", "1", "kohm") + number("temperature", "300", "K")) +
         component("adc", "3", "2", "1", number("bits", "6", "1"));
}

inline std::string core_numbers() {
  return number("count", "2", "1") + number("channels", "4", "1") +
         number("channel_spacing", "2", "nm") + number("free_spectral_range", "18", "nm") +
         number("wavelength", "1550", "nm") + number("rows", "1", "1") +
         number("columns", "3", "1") + number("symbol_time", "1", "ns");
}

/// With weights in banks of resonators, or in modulators when `stationary` is false.
inline std::string photonic_description(bool stationary = true) {
  const std::string dac =
      encoder("dac", "input_dac", "inputs", "4", "0.5", "1", number("bits", "6", "1")) +
      encoder("dac", "weight_dac", "weights", stationary ? "6" : "12", "0.125",
              stationary ? "2" : "1",
              (stationary ? held_by("bank") : "") + number("bits", "5", "1"));
  const std::string modulator =
      encoder("modulator", "input_modulator", "inputs", "4", "0.625", "1",
              "<choice name='encoding' value='field'/>\n" + number("loss_db", "2", "1") +
                  number("through_loss_db", "0.1", "1"));
  std::string text = description();
  const std::size_t begin = text.find("<array_group");
  const std::size_t end = text.find("</array_group>") + std::string("</array_group>").size();
  text.replace(begin, end - begin,
               "<photonic_core name='core'>\n" + core_numbers() + laser() + splitter() + dac +
                   modulator + (stationary ? weight_bank() : weight_modulator()) + receiver() +
                   "</photonic_core>");
  text = changed(text, "<tile name='tile'>\n" + number("count", "2", "1"),
                 "<tile name='tile'>\n" + number("count", "3", "1"));
  return stationary ? text : changed(text, "'weight-stationary'", "'output-stationary'");
}

/// The description with weights that are set in turn.
inline std::string set_in_turn() {
  return changed(photonic_description(), "time_multiplexing' value='no'",
                 "time_multiplexing' value='yes'");
}

/// With memories, buses and adders that never bound.
inline std::string with_wide_memories(std::string text) {
  text = changed(text, component("accumulator", "1", "0.375", "1"),
                 component("accumulator", "1", "0.375", "0.0001"));
  const std::string width = "name='width' value='";
  for (std::size_t at = text.find(width); at != std::string::npos; at = text.find(width, at + 1)) {
    text.insert(at + width.size(), "1000");
  }
  return text;
}

/// The description with another choice of the architecture.
inline std::string with_choice(const std::string& text, const std::string& name,
                               const std::string& value) {
  return changed(text, "<choice name='dataflow'",
                 "<choice name='" + name + "' value='" + value + "'/>\n<choice name='dataflow'");
}

}  // namespace neucasl::architecture::test
