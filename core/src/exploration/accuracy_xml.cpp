#include "attributes.hpp"

namespace neucasl::exploration {
namespace {

using base::Error;
using base::XmlElement;

constexpr const char* accuracy_code = "exploration.accuracy";

[[noreturn]] void refuse_accuracy(const XmlElement& element, const std::string& what,
                                  const std::string& remedy) {
  throw Error(accuracy_code, what, remedy, element.where);
}

double not_negative(const XmlElement& element, const char* attribute,
                    const base::Dimension& dimension, double missing) {
  const std::optional<std::string> text = element.optional(attribute);
  if (!text) return missing;
  const double value = base::parse_si(*text, dimension, element.where);
  if (value >= 0.0) return value;
  refuse_accuracy(element, std::string(attribute) + "=\"" + *text + "\" is negative",
                  "give 0 or more");
}

BankParameter bank_parameter(const XmlElement& element) {
  element.allow_attributes({"name", "formula", "value"});
  element.allow_children({});
  BankParameter result{element.required("name"), element.optional("formula").value_or(""),
                       element.optional("value").value_or(""), element.where};
  if (result.formula.empty() != result.word.empty()) return result;
  refuse_accuracy(element, "'" + result.name + "' has no value, or two",
                  "give formula=\"...\", or value=\"...\"");
}

/// What says how a network is trained says nothing of one that is read.
void read_training(const XmlElement& element, Accuracy& result) {
  result.weights = element.optional("weights").value_or("");
  for (const char* name : {"epochs", "batch", "learning_rate", "learning_rate_factor"}) {
    if (result.weights.empty() || !element.optional(name)) continue;
    refuse_accuracy(element, std::string("'") + name + "' says nothing beside weights",
                    "leave it out");
  }
  result.epochs = whole_attribute(element, "epochs", result.epochs, accuracy_code);
  result.batch = whole_attribute(element, "batch", result.batch, accuracy_code);
  result.learning_rate = pure_attribute(element, "learning_rate", result.learning_rate);
  result.learning_rate_factor =
      pure_attribute(element, "learning_rate_factor", result.learning_rate_factor);
}

void read_method(const XmlElement& element, Accuracy& result) {
  result.method = word_attribute<AccuracyMethod>(
      element, "method", accuracy_code,
      {{"formula", AccuracyMethod::formula}, {"inference", AccuracyMethod::inference}});
  result.estimate = element.optional("estimate").value_or("");
  constexpr std::size_t least_sample = 3;
  if (result.method == AccuracyMethod::inference) {
    if (element.optional("sample")) {
      refuse_accuracy(element, "inference runs at each point and not at a sample",
                      "leave 'sample' out, or choose method \"formula\"");
    }
    return;
  }
  result.sample = whole_attribute(element, "sample", 0, accuracy_code);
  if (!result.estimate.empty() && result.sample >= least_sample) return;
  refuse_accuracy(element, "a formula is compared with inference at a sample of points",
                  "name the figure, estimate=\"...\", and give sample=\"30\" or so");
}

}  // namespace

Accuracy read_accuracy(const XmlElement& element) {
  element.allow_attributes({"method", "estimate", "sample", "dataset", "images",
                            "calibration_images", "weights", "epochs", "batch", "learning_rate",
                            "learning_rate_factor", "seed", "time", "converter_noise", "wires",
                            "bank", "tuning"});
  element.allow_children({"bank_parameter"});
  Accuracy result;
  result.where = element.where;
  read_method(element, result);
  result.dataset = element.optional("dataset").value_or(result.dataset);
  result.images = whole_attribute(element, "images", result.images, accuracy_code);
  result.calibration_images =
      whole_attribute(element, "calibration_images", result.calibration_images, accuracy_code);
  read_training(element, result);
  result.seed = whole_attribute(element, "seed", 1, accuracy_code);
  result.time = not_negative(element, "time", base::dimension::time, result.time);
  result.converter_noise =
      not_negative(element, "converter_noise", base::dimension::none, result.converter_noise);
  if (element.optional("wires")) {
    result.wires =
        word_attribute<bool>(element, "wires", accuracy_code, {{"yes", true}, {"no", false}});
  }
  result.bank = element.optional("bank").value_or(result.bank);
  if (element.optional("tuning")) {
    result.tuned_together = word_attribute<bool>(element, "tuning", accuracy_code,
                                                 {{"calibrated", true}, {"alone", false}});
  }
  for (const XmlElement& child : element.children) {
    result.bank_parameters.push_back(bank_parameter(child));
  }
  return result;
}

}  // namespace neucasl::exploration
