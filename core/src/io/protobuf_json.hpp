#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

/// \file
/// Protobuf's JSON and binary codecs, made deterministic and with our diagnostics.

namespace neucasl::io {

/// Map fields in key order, so equal messages give equal bytes.
std::string deterministic_bytes(const google::protobuf::Message& message);
std::string to_json(const google::protobuf::Message& message);
/// \throws base::Error `code` when the text is not such a message.
void from_json(std::string_view text, google::protobuf::Message& message, const std::string& code,
               const std::string& file);
/// \throws base::Error `code` when the bytes are not such a message.
void from_bytes(std::string_view bytes, google::protobuf::Message& message, const std::string& code,
                const std::string& file);

}  // namespace neucasl::io
