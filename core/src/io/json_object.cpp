#include "json_object.hpp"

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace neucasl::io {

namespace pb = google::protobuf;

JsonFields JsonFields::parse(std::string_view text, const std::string& code,
                             const std::string& file) {
  const pb::LogSilencer silent;  // the library never prints
  pb::Struct fields;
  const auto status =
      pb::util::JsonStringToMessage(pb::StringPiece(text.data(), text.size()), &fields);
  if (!status.ok()) {
    std::string what(status.message().substr(0, 200));
    std::replace(what.begin(), what.end(), '\n', ' ');
    throw base::Error(code, "not a JSON object: " + what, "give one object in braces",
                      {file, 0, 0});
  }
  return {std::move(fields), code, file};
}

void JsonFields::fail(const std::string& what, const std::string& remedy) const {
  throw base::Error(code_, what, remedy, {file_, 0, 0});
}

void JsonFields::fail_kind(const std::string& name, const char* kind) const {
  fail("the field '" + path_ + name + "' is not " + kind, std::string("give ") + kind);
}

std::vector<std::string> JsonFields::names() const {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(fields_.fields_size()));
  for (const auto& [name, field] : fields_.fields()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

bool JsonFields::has(const std::string& name) const {
  const auto found = fields_.fields().find(name);
  return found != fields_.fields().end() && found->second.kind_case() != pb::Value::kNullValue;
}

const pb::Value& JsonFields::value(const std::string& name, const char* kind) const {
  const auto found = fields_.fields().find(name);
  if (found == fields_.fields().end()) {
    fail("the field '" + path_ + name + "' is missing", std::string("give ") + kind);
  }
  return found->second;
}

std::string JsonFields::text(const std::string& name) const {
  const pb::Value& found = value(name, "a text");
  if (found.kind_case() != pb::Value::kStringValue) fail_kind(name, "a text");
  return found.string_value();
}

double JsonFields::number(const std::string& name) const {
  const pb::Value& found = value(name, "a number");
  if (found.kind_case() != pb::Value::kNumberValue || !std::isfinite(found.number_value())) {
    fail_kind(name, "a number");
  }
  return found.number_value();
}

std::size_t JsonFields::count(const std::string& name) const {
  const double found = number(name);
  if (found < 0.0 || found > most_exact || found != std::floor(found)) {
    fail_kind(name, "a whole number of at least 0");
  }
  return static_cast<std::size_t>(found);
}

std::vector<std::size_t> JsonFields::counts(const std::string& name) const {
  constexpr const char* kind = "a list of whole numbers of at least 0";
  const pb::Value& found = value(name, kind);
  if (found.kind_case() != pb::Value::kListValue) fail_kind(name, kind);
  std::vector<std::size_t> all;
  for (const pb::Value& one : found.list_value().values()) {
    const double number = one.number_value();
    if (one.kind_case() != pb::Value::kNumberValue || !(number >= 0.0) || number > most_exact ||
        number != std::floor(number)) {
      fail_kind(name, kind);
    }
    all.push_back(static_cast<std::size_t>(number));
  }
  return all;
}

bool JsonFields::truth(const std::string& name) const {
  const pb::Value& found = value(name, "true or false");
  if (found.kind_case() != pb::Value::kBoolValue) fail_kind(name, "true or false");
  return found.bool_value();
}

std::vector<std::string> JsonFields::texts(const std::string& name) const {
  const pb::Value& found = value(name, "a list of texts");
  if (found.kind_case() != pb::Value::kListValue) fail_kind(name, "a list of texts");
  std::vector<std::string> all;
  for (const pb::Value& one : found.list_value().values()) {
    if (one.kind_case() != pb::Value::kStringValue) fail_kind(name, "a list of texts");
    all.push_back(one.string_value());
  }
  return all;
}

JsonFields JsonFields::object(const std::string& name) const {
  const pb::Value& found = value(name, "an object in braces");
  if (found.kind_case() != pb::Value::kStructValue) fail_kind(name, "an object in braces");
  return {found.struct_value(), code_, file_, path_ + name + '.'};
}

std::string quoted_json(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      quoted += code;
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace neucasl::io
