#include "json_text.hpp"

#include <cmath>

#include "command.hpp"

namespace neucasl::cli {

std::string json_number(double value) {
  return std::isfinite(value) ? base::shortest(value) : std::string("null");
}

std::string json_list(const std::vector<std::string>& parts) {
  std::string text = "[";
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : ", ") + parts[i];
  return text + ']';
}

std::string json_array(const std::vector<double>& values) {
  std::vector<std::string> parts;
  parts.reserve(values.size());
  for (const double value : values) parts.push_back(json_number(value));
  return json_list(parts);
}

JsonObject& JsonObject::add(const std::string& key, const std::string& json) {
  if (!body_.empty()) body_ += ", ";
  body_ += json_quoted(key) + ": " + json;
  return *this;
}
JsonObject& JsonObject::text(const std::string& key, const std::string& value) {
  return add(key, json_quoted(value));
}
JsonObject& JsonObject::number(const std::string& key, double value) {
  return add(key, json_number(value));
}

}  // namespace neucasl::cli
