#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class MessageLite;
}
namespace neucasl::ngspice::worker {
class Reply;
}

/// \file
/// Messages over a stream socket: a length of four bytes, little endian, then the message.

namespace neucasl::ngspice_plugin {

inline constexpr std::size_t most_message_bytes = std::size_t{512} << 20;

/// The other side has closed the socket, or the socket failed.
class ChannelClosed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A message is longer than `most_message_bytes`, or is not one.
class BadMessage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Called when a socket that does not block is not ready for the poll `events`; throws to give up.
using Waiter = std::function<void(int socket, short events)>;

/// \throws ChannelClosed, BadMessage, and what `wait` throws.
void send_message(int socket, const google::protobuf::MessageLite& message,
                  const Waiter& wait = {});
void receive_message(int socket, google::protobuf::MessageLite& message, const Waiter& wait = {});

/// Over all numbers of a reply and how they are divided.
std::uint64_t checksum(const ngspice::worker::Reply& reply);

/// Numbers as bytes of a message. Host and worker run on one machine.
template <class Number>
std::string pack(std::span<const Number> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}
/// \throws BadMessage when the bytes are no whole numbers.
template <class Number>
std::vector<Number> unpack(std::string_view bytes) {
  if (bytes.size() % sizeof(Number) != 0) throw BadMessage("numbers of a wrong length");
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

}  // namespace neucasl::ngspice_plugin
