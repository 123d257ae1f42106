#pragma once

#include <google/protobuf/struct.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

/// \file
/// Objects in JSON files that others wrote, by protobuf's parser.

namespace neucasl::io {

/// Largest whole number that every double below it is next to.
inline constexpr double most_exact = 9007199254740992.0;

/// The fields of one JSON object; errors have the code, the file and the field.
class JsonFields {
 public:
  /// \throws base::Error `code` for a text that is no JSON object.
  static JsonFields parse(std::string_view text, const std::string& code, const std::string& file);

  JsonFields(google::protobuf::Struct fields, std::string code, std::string file,
             std::string path = {})
      : fields_(std::move(fields)),
        code_(std::move(code)),
        file_(std::move(file)),
        path_(std::move(path)) {}

  /// In alphabetical order.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Present and not null.
  [[nodiscard]] bool has(const std::string& name) const;

  // Each: \throws base::Error for a field that is missing or of another kind.
  [[nodiscard]] std::string text(const std::string& name) const;
  [[nodiscard]] double number(const std::string& name) const;
  /// A whole number of at least 0 that a double holds exactly.
  [[nodiscard]] std::size_t count(const std::string& name) const;
  [[nodiscard]] std::vector<std::size_t> counts(const std::string& name) const;
  [[nodiscard]] bool truth(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
  [[nodiscard]] JsonFields object(const std::string& name) const;

  [[nodiscard]] const std::string& file() const { return file_; }
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;

 private:
  [[nodiscard]] const google::protobuf::Value& value(const std::string& name,
                                                     const char* kind) const;
  [[noreturn]] void fail_kind(const std::string& name, const char* kind) const;

  google::protobuf::Struct fields_;
  std::string code_;
  std::string file_;
  std::string path_;  ///< Of the object in the file, with a dot behind it.
};

/// A text as JSON writes it, with quotes.
std::string quoted_json(std::string_view text);

}  // namespace neucasl::io
