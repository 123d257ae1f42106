#pragma once

#include <string>

#include "neucasl/campaign/worker_pool.hpp"

/// \file
/// Units and outcomes as text and bytes: records of the log, messages between processes.

namespace neucasl::campaign {

/// One line: samples separated by ';', outputs as hexadecimal numbers separated by ','; '!' and the
/// reason of a failed simulation. Exact, and the same for equal outcomes.
std::string to_record(const UnitOutcome& outcome);
/// \throws base::Error "campaign.log" at `where` for anything else.
UnitOutcome parse_record(const std::string& record, std::size_t outputs,
                         const base::Location& where);

std::string to_message(const Unit& unit);
Unit parse_unit(const std::string& message);

/// First letter of a worker's messages: that it is ready with a key, has a result, or cannot work.
inline constexpr char ready_mark = 'R';
inline constexpr char result_mark = 'U';
inline constexpr char error_mark = 'E';

/// What a worker and its campaign must agree in.
std::string agreement(const SampleModel& model, std::uint64_t seed);

}  // namespace neucasl::campaign
