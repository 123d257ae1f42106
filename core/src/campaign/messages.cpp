#include "messages.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "neucasl/base/byte_stream.hpp"
#include "neucasl/base/hash.hpp"

namespace neucasl::campaign {
namespace {

void append_hexadecimal(std::string& text, double value) {
  constexpr std::size_t most = 40;
  if (std::isnan(value)) {
    // Without the sign, which has no meaning and differs between processors.
    text += "nan";
    return;
  }
  char digits[most];
  const auto written = std::to_chars(digits, digits + most, value, std::chars_format::hex);
  text.append(digits, written.ptr);
}

[[noreturn]] void refuse(const base::Location& where) {
  throw base::Error("campaign.log", "a record of the log has no outputs of this model",
                    "delete the log to start again", where);
}

SampleOutcome parse_sample(std::string_view text, std::size_t outputs,
                           const base::Location& where) {
  SampleOutcome sample;
  if (text.starts_with('!')) {
    sample.failure = text.substr(1);
    if (sample.failure.empty()) refuse(where);
    return sample;
  }
  sample.outputs.reserve(outputs);
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    double value = 0.0;
    const auto read = std::from_chars(at, end, value, std::chars_format::hex);
    if (read.ec != std::errc{}) refuse(where);
    sample.outputs.push_back(value);
    if (read.ptr == end) break;
    if (*read.ptr != ',') refuse(where);
    at = read.ptr + 1;
  }
  if (sample.outputs.size() != outputs) refuse(where);
  return sample;
}

}  // namespace

std::string to_record(const UnitOutcome& outcome) {
  std::string text;
  for (const SampleOutcome& sample : outcome) {
    if (!text.empty()) text += ';';
    if (!sample.failure.empty()) {
      std::string reason = sample.failure;
      std::replace_if(
          reason.begin(), reason.end(), [](char c) { return c == ';' || c == '\n' || c == '\r'; },
          ',');
      text += '!' + reason;
      continue;
    }
    for (std::size_t i = 0; i < sample.outputs.size(); ++i) {
      if (i > 0) text += ',';
      append_hexadecimal(text, sample.outputs[i]);
    }
  }
  return text;
}

UnitOutcome parse_record(const std::string& record, std::size_t outputs,
                         const base::Location& where) {
  UnitOutcome outcome;
  const std::string_view text = record;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    outcome.push_back(parse_sample(text.substr(begin, end - begin), outputs, where));
    begin = end + 1;
  }
  return outcome;
}

std::string to_message(const Unit& unit) {
  base::ByteWriter bytes;
  bytes.number(unit.first);
  bytes.number(static_cast<std::uint64_t>(unit.count));
  bytes.number(static_cast<std::uint64_t>(unit.normals.size()));
  bytes.array(unit.normals);
  return bytes.bytes();
}

Unit parse_unit(const std::string& message) {
  base::ByteReader bytes(message);
  Unit unit;
  unit.first = bytes.number<std::uint64_t>();
  unit.count = bytes.number<std::uint64_t>();
  unit.normals.resize(bytes.number<std::uint64_t>());
  bytes.array(unit.normals);
  return unit;
}

std::string agreement(const SampleModel& model, std::uint64_t seed) {
  return base::sha256(std::to_string(seed) + '\n' + model.key());
}

}  // namespace neucasl::campaign
