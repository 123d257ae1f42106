#pragma once

#include <string>
#include <vector>

/// \file
/// JSON, written in the order in which it is given.

namespace neucasl::cli {

/// Shortest text that reads back as the same number; null when it is not finite.
std::string json_number(double value);
std::string json_array(const std::vector<double>& values);

/// An object or array that grows by its parts.
class JsonObject {
 public:
  JsonObject& add(const std::string& key, const std::string& json);
  JsonObject& text(const std::string& key, const std::string& value);
  JsonObject& number(const std::string& key, double value);
  [[nodiscard]] bool empty() const { return body_.empty(); }
  [[nodiscard]] std::string str() const { return '{' + body_ + '}'; }

 private:
  std::string body_;
};

std::string json_list(const std::vector<std::string>& parts);

}  // namespace neucasl::cli
