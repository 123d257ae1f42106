#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>

namespace google::protobuf {
class MessageLite;
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

}  // namespace neucasl::ngspice_plugin
