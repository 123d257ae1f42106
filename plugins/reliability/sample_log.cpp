#include "sample_log.hpp"

#include <charconv>

#include "neucasl/base/quantity.hpp"

namespace neucasl::reliability_plugin {

SampleLog::SampleLog(const std::filesystem::path& file, std::string key)
    : log_(file, std::move(key), {"neucasl-samples", "reliability.log", "campaign"}) {
  for (const auto& [sample, record] : log_.records()) {
    double value = 0.0;
    const char* const end = record.data() + record.size();
    const auto read = std::from_chars(record.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) {
      throw base::Error(
          "reliability.log",
          "sample " + std::to_string(sample) + " of '" + file.string() + "' has no value",
          "delete the log to start again", {file.string(), 0, 0});
    }
    known_[sample] = value;
  }
}

void SampleLog::append(std::uint64_t sample, double value) {
  log_.append(sample, base::shortest(value));
}

}  // namespace neucasl::reliability_plugin
