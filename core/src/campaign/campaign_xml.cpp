#include <algorithm>
#include <charconv>
#include <cmath>

#include "neucasl/campaign/campaign.hpp"

namespace neucasl::campaign {
namespace {

constexpr std::uint64_t most_samples = 1'000'000'000;

[[noreturn]] void refuse(const base::XmlElement& element, const std::string& what,
                         const std::string& remedy) {
  throw base::Error("campaign.xml", what, remedy, element.where);
}

std::uint64_t whole(const base::XmlElement& element, const std::string& attribute,
                    std::uint64_t least, std::uint64_t most) {
  const std::string& text = element.required(attribute);
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || value < least || value > most) {
    refuse(element,
           attribute + "=\"" + text + "\" is no whole number from " + std::to_string(least) +
               " to " + std::to_string(most),
           "give such a number");
  }
  return value;
}

/// A number without a unit, between 0 and 1 without both.
double share(const base::XmlElement& element, const std::string& attribute) {
  const double value =
      base::parse_si(element.required(attribute), base::dimension::none, element.where);
  if (!(value > 0.0 && value < 1.0)) {
    refuse(element, attribute + " is " + base::shortest(value), "give more than 0 and less than 1");
  }
  return value;
}

Limit limit_of(const base::XmlElement& element) {
  element.allow_attributes({"output", "least", "most", "scale", "missing"});
  element.allow_children({});
  Limit limit;
  limit.output = element.required("output");
  limit.where = element.where;
  const auto quantity = [&](const char* attribute) -> std::optional<base::Quantity> {
    const auto text = element.optional(attribute);
    if (!text) return std::nullopt;
    return base::parse_quantity(*text, element.where);
  };
  limit.least = quantity("least");
  limit.most = quantity("most");
  limit.scale = quantity("scale");
  if (const auto missing = element.optional("missing")) {
    if (*missing != "bad" && *missing != "failed") {
      refuse(element, "missing=\"" + *missing + "\"", base::suggest(*missing, {"bad", "failed"}));
    }
    limit.missing_is_bad = *missing == "bad";
  }
  return limit;
}

const base::XmlElement& only_model(const base::XmlElement& root) {
  const base::XmlElement* model = nullptr;
  for (const base::XmlElement& child : root.children) {
    if (child.name != "model") continue;
    if (model != nullptr) refuse(child, "a campaign has one model", "make a campaign of each");
    model = &child;
  }
  if (model == nullptr) refuse(root, "the campaign has no <model>", "add one");
  return *model;
}

}  // namespace

Campaign parse_campaign(std::string_view xml, const std::string& file) {
  const base::XmlElement root = base::parse_xml(xml, file, "campaign");
  root.allow_attributes({"name", "seed", "samples", "interval_width", "confidence", "method"});
  root.allow_children({"model", "vary", "correlation", "place", "good", "method"});
  Campaign campaign;
  campaign.where = root.where;
  campaign.name = root.required("name");
  if (root.optional("seed")) campaign.seed = whole(root, "seed", 0, UINT64_MAX);
  campaign.samples = whole(root, "samples", 1, most_samples);
  if (root.optional("interval_width")) campaign.interval_width = share(root, "interval_width");
  if (root.optional("confidence")) campaign.confidence = share(root, "confidence");
  campaign.method = root.optional("method").value_or("monte-carlo");
  campaign.model = only_model(root);
  campaign.root = root;
  for (const base::XmlElement& child : root.children) {
    if (child.name == "good") campaign.limits.push_back(limit_of(child));
    if (child.name == "method") {
      campaign.method_options.insert(campaign.method_options.end(), child.attributes.begin(),
                                     child.attributes.end());
    }
  }
  if (campaign.limits.empty()) {
    refuse(root, "nothing says which samples are good",
           "add <good output=\"...\" least=\"...\"/> or most=");
  }
  return campaign;
}

}  // namespace neucasl::campaign
