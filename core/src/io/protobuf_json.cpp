#include "protobuf_json.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <limits>
#include <memory>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::io {

namespace pb = google::protobuf;

std::string deterministic_bytes(const pb::Message& message) {
  std::string bytes;
  pb::io::StringOutputStream stream(&bytes);
  pb::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::string to_json(const pb::Message& message) {
  const std::unique_ptr<pb::util::TypeResolver> resolver(pb::util::NewTypeResolverForDescriptorPool(
      "type.googleapis.com", pb::DescriptorPool::generated_pool()));
  pb::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string text;
  // From bytes, since printing a message directly visits its maps in no fixed order.
  const auto status = pb::util::BinaryToJsonString(
      resolver.get(), "type.googleapis.com/" + message.GetDescriptor()->full_name(),
      deterministic_bytes(message), &text, options);
  if (!status.ok()) {
    throw base::Error("io.json", "cannot write JSON: " + std::string(status.message()), "");
  }
  return text;
}

void from_json(std::string_view text, pb::Message& message, const std::string& code,
               const std::string& file) {
  const pb::LogSilencer silent;  // the library never prints
  const auto status =
      pb::util::JsonStringToMessage(pb::StringPiece(text.data(), text.size()), &message);
  if (!status.ok()) {
    std::string what(status.message());
    for (char& c : what) {
      if (c == '\n') c = ' ';
    }
    throw base::Error(code, "not a valid " + message.GetDescriptor()->name() + ": " + what,
                      "write proto3 JSON of " + message.GetDescriptor()->full_name(), {file, 0, 0});
  }
}

void from_bytes(std::string_view bytes, pb::Message& message, const std::string& code,
                const std::string& file) {
  const pb::LogSilencer silent;  // the library never prints
  if (bytes.size() < static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
      message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return;
  }
  throw base::Error(code,
                    "the bytes are not a " + message.GetDescriptor()->full_name() + " message",
                    "give a file written by this tool", {file, 0, 0});
}

}  // namespace neucasl::io
