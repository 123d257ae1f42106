#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/device/card.hpp"
#include "neucasl/model/device_model.hpp"

/// \file
/// Parameters of a model from a device card.
///
/// A card with the choice "model" names a model; its numbers carry the names of the model's
/// parameters. Numbers named "published_..." are figures to compare curves with. A parameter that
/// the card does not state has the model's default.

namespace neucasl::model {

/// In SI units, in the order of the specification.
/// \throws base::Error "model.parameter" for a number that is neither a parameter nor published
/// (with the nearest name), "model.unit" for another dimension, "model.range"; with the card's
/// line.
NEUCASL_EXPORT std::vector<double> parameters_from(const Specification& specification,
                                                   const device::Card& card, device::UseList& uses);
NEUCASL_EXPORT std::vector<PublishedFigure> published_figures(const device::Card& card);

/// Sets one parameter. \throws as parameters_from.
NEUCASL_EXPORT void set_parameter(const Specification& specification, std::string_view name,
                                  const base::Quantity& value, std::vector<double>& parameters,
                                  const base::Location& where = {});

/// One made device: the spreads of the card, each parameter by its own draws, held inside the
/// declared ranges; then the model's own variation.
NEUCASL_EXPORT std::vector<double> sample_parameters(const DeviceModel& model,
                                                     const device::Card& card,
                                                     std::span<const double> nominal,
                                                     base::RandomStream& random);
/// The same with the numbers of spreads of scope process from a stream of their own, which devices
/// made together share: each begins it anew.
NEUCASL_EXPORT std::vector<double> sample_parameters(const DeviceModel& model,
                                                     const device::Card& card,
                                                     std::span<const double> nominal,
                                                     base::RandomStream& random,
                                                     base::RandomStream& process);

}  // namespace neucasl::model
