#include "sample_log.hpp"

#include <charconv>

#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::reliability_plugin {

namespace {
constexpr std::string_view magic = "neucasl-samples 1 ";
}

SampleLog::SampleLog(const std::filesystem::path& file, std::string key)
    : path_(file), key_(std::move(key)) {
  const std::string header = std::string(magic) + key_ + '\n';
  if (std::filesystem::exists(file)) {
    const std::string text = base::read_file(file);
    // A log whose header was cut holds nothing yet.
    if (!header.starts_with(text)) {
      if (!text.starts_with(header)) {
        throw base::Error("reliability.log",
                          "'" + file.string() + "' is the log of another campaign",
                          "delete it or choose another output folder", {file.string(), 1, 1});
      }
      read(text.substr(header.size()));
    }
  }
  finish();
  file_ = std::fopen(file.c_str(), "ab");
  if (!file_) throw base::Error("base.file", "cannot write '" + file.string() + "'", "check it");
}

SampleLog::~SampleLog() {
  if (file_) std::fclose(file_);
}

std::string SampleLog::line_of(std::uint64_t sample, double value) const {
  const std::string start = std::to_string(sample) + ' ' + base::shortest(value);
  return start + ' ' + base::sha256(key_ + '\n' + start).substr(0, 8) + '\n';
}

void SampleLog::read(const std::string& text) {
  std::size_t begin = 0;
  for (std::uint32_t line = 2; begin < text.size(); ++line) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) return;  // cut off in mid-line
    const std::string content = text.substr(begin, end + 1 - begin);
    std::uint64_t sample = 0;
    double value = 0.0;
    const char* const last = content.data() + content.size();
    const auto first_number = std::from_chars(content.data(), last, sample);
    const bool readable = first_number.ec == std::errc{} && first_number.ptr < last &&
                          std::from_chars(first_number.ptr + 1, last, value).ec == std::errc{};
    if (!readable || content != line_of(sample, value)) {
      if (end + 1 == text.size()) return;
      throw base::Error("reliability.log",
                        "line " + std::to_string(line) + " of '" + path_.string() + "' is damaged",
                        "delete the log to start again, or the lines from there on",
                        {path_.string(), line, 1});
    }
    known_[sample] = value;
    begin = end + 1;
  }
}

void SampleLog::finish() {
  std::string text = std::string(magic) + key_ + '\n';
  for (const auto& [sample, value] : known_) text += line_of(sample, value);
  base::write_file(path_, text);
}

void SampleLog::append(std::uint64_t sample, double value) {
  const std::string line = line_of(sample, value);
  const std::lock_guard lock(mutex_);
  known_[sample] = value;
  if (std::fwrite(line.data(), 1, line.size(), file_) != line.size() || std::fflush(file_) != 0) {
    throw base::Error("base.file", "cannot append to '" + path_.string() + "'",
                      "check the space on the disk");
  }
}

}  // namespace neucasl::reliability_plugin
