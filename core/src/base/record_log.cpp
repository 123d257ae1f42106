#include "neucasl/base/record_log.hpp"

#include <algorithm>
#include <charconv>

#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"

namespace neucasl::base {

RecordLog::RecordLog(std::filesystem::path file, std::string key, Form form)
    : path_(std::move(file)), key_(std::move(key)), form_(std::move(form)) {
  if (std::filesystem::exists(path_)) {
    const std::string text = read_file(path_);
    // A log whose header was cut holds nothing yet.
    if (!header().starts_with(text)) {
      if (!text.starts_with(header())) {
        throw Error(form_.code, "'" + path_.string() + "' is the log of another " + form_.whole,
                    "delete it or choose another output folder", {path_.string(), 1, 1});
      }
      read(text.substr(header().size()));
    }
  }
  finish();
}

RecordLog::~RecordLog() {
  if (file_ != nullptr) std::fclose(file_);
}

std::string RecordLog::header() const { return form_.kind + " 1 " + key_ + '\n'; }

std::string RecordLog::line_of(std::uint64_t number, const std::string& record) const {
  constexpr std::size_t digits = 8;
  const std::string start = std::to_string(number) + ' ' + record;
  return start + ' ' + sha256(key_ + '\n' + start).substr(0, digits) + '\n';
}

void RecordLog::read(const std::string& text) {
  std::size_t begin = 0;
  for (std::uint32_t line = 2; begin < text.size(); ++line) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) return;  // cut off in mid-line
    const std::string content = text.substr(begin, end + 1 - begin);
    std::uint64_t number = 0;
    const char* const last = content.data() + content.size();
    const auto first_number = std::from_chars(content.data(), last, number);
    const auto start = static_cast<std::size_t>(first_number.ptr - content.data()) + 1;
    const std::size_t check = content.rfind(' ');
    std::string record;
    if (check != std::string::npos && check >= start) record = content.substr(start, check - start);
    if (first_number.ec != std::errc{} || content != line_of(number, record)) {
      if (end + 1 == text.size()) return;
      throw Error(
          form_.code, "line " + std::to_string(line) + " of '" + path_.string() + "' is damaged",
          "delete the log to start again, or the lines from there on", {path_.string(), line, 1});
    }
    records_[number] = std::move(record);
    begin = end + 1;
  }
}

void RecordLog::open() {
  file_ = std::fopen(path_.c_str(), "ab");
  if (file_ == nullptr) {
    throw Error("base.file", "cannot write '" + path_.string() + "'",
                "check the path and its permissions");
  }
}

void RecordLog::finish() {
  const std::lock_guard lock(mutex_);
  std::string text = header();
  for (const auto& [number, record] : records_) text += line_of(number, record);
  if (file_ != nullptr) std::fclose(file_);
  file_ = nullptr;
  write_file(path_, text);
  // The file of before was replaced.
  open();
}

void RecordLog::append(std::uint64_t number, std::string record) {
  std::replace_if(
      record.begin(), record.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  const std::string line = line_of(number, record);
  const std::lock_guard lock(mutex_);
  records_[number] = std::move(record);
  if (std::fwrite(line.data(), 1, line.size(), file_) != line.size() || std::fflush(file_) != 0) {
    throw Error("base.file", "cannot append to '" + path_.string() + "'",
                "check the space on the disk");
  }
}

}  // namespace neucasl::base
