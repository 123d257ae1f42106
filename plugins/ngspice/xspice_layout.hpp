#pragma once

#include <cstddef>

/// \file
/// The part of the memory layout of ngspice 39 (with XSPICE and CIDER, without OSDI) that a code
/// model needs. ngspice publishes none of it, and a difference means corrupt memory: only
/// bridge_model.cpp includes this, and the driver loads that model after checking what it talks to.
/// Only names of ngspice's own that a message could mention are kept; fields that nothing here
/// reads are `unused`.

namespace neucasl::ngspice_plugin::xspice {

using Function = void (*)();

/// CKTcircuit, up to the last field needed. The rest depends on more build options.
struct Circuit {
  struct ModelHead** heads;
  void* statistics;
  double* states[8];
  double time;
  double delta;
  double delta_old[7];
  double temperature;
  double nominal_temperature;
  double thermal_voltage;
  double ag[7];  ///< coefficients of the integration formula
  int order;
  int max_order;
  int method;
  double xmu;
  int inductor_verbosity;
  void* matrix;
  int iteration_state;
  double* rhs;
  double* rhs_old;
  double* rhs_spare;
  double* imaginary_rhs;
  double* imaginary_rhs_old;
  double* imaginary_rhs_spare;
  double* rhs_op;
  double* sensitivity_rhs;
  double* imaginary_sensitivity_rhs;
  int max_equation;
  int current_analysis;
  void* nodes;
  void* last_node;
  void* previous_last_node;
  int state_count;
  long mode;
  int bypass;
  int dc_iterations;
  int sweep_iterations;
  int transient_iterations;
  int break_size;
  int at_break;
  double save_delta;
  double min_break;
  double* breaks;
  double abstol;
  double pivot_abstol;
  double pivot_reltol;
  double reltol;
  double chgtol;
  double voltage_tolerance;
  double gmin;
  double shunt_conductance;
  double shunt_capacitance;
  double min_delta;
  double trtol;
  double final_time;
  double step;
  double max_step;
  double start_time;
  double omega;
  double source_factor;
  double diagonal_gmin;
  int source_steps;
  int gmin_steps;
  double gmin_factor;
  int not_converged;
};

// Bits of Circuit::mode.
inline constexpr long mode_transient = 0x1;
inline constexpr long mode_transient_op = 0x20;
inline constexpr long mode_first_guess = 0x200;
inline constexpr long mode_small_signal = 0x800;
inline constexpr long mode_transient_start = 0x1000;
inline constexpr long mode_prediction = 0x2000;
inline constexpr long mode_initial_conditions = 0x10000;

// Values of Circuit::method.
inline constexpr int method_trapezoidal = 1;
inline constexpr int method_gear = 2;

/// GENinstance.
struct InstanceHead {
  struct ModelHead* model;
  InstanceHead* next;
  const char* name;
  int state;
};

/// GENmodel.
struct ModelHead {
  int type;
  ModelHead* next;
  InstanceHead* instances;
  const char* name;
  void* defaults;
};

/// Entries of the matrix for a voltage that controls a current.
struct ConductanceEntries {
  double* pos_pos;
  double* pos_neg;
  double* neg_pos;
  double* neg_neg;
};

struct InputEntries {
  ConductanceEntries* port;
};

/// Mif_Smp_Ptr_t.
struct PortEntries {
  int pos_node;
  int neg_node;
  int branch;
  int input_branch;
  double* unused[8];
  InputEntries* input;
};

union Value {
  int integer;
  double real;
  struct {
    double real, imaginary;
  } complex;
  void* pointer;
};

/// Mif_Port_Data_t.
struct Port {
  int type;
  char* type_name;
  char* pos_node_name;
  char* neg_node_name;
  char* source_name;
  int is_null;
  Value input;
  Value output;
  void* partial;
  void* ac_gain;
  int old_input;  ///< index of this input in Circuit::states
  int invert;
  int changed;
  double load;
  double total_load;
  double delay;
  char* message;
  PortEntries entries;
  int event_data[4];
  double nominal_output;
};

/// Mif_Conn_Data_t.
struct Connection {
  char* name;
  char* description;
  int is_null;
  int is_input;
  int is_output;
  int size;
  Port** port;
};

/// MIFinstance, up to the last field needed.
struct Instance {
  InstanceHead head;
  int connection_count;
  Connection** connection;
};

/// Mif_Conn_Info_t.
struct ConnectionInfo {
  const char* name;
  const char* description;
  int direction;
  int default_type;
  const char* default_type_name;
  int allowed_count;
  const int* allowed;
  const char* const* allowed_names;
  int is_array;
  int has_lower_bound;
  int lower_bound;
  int has_upper_bound;
  int upper_bound;
  int null_allowed;
};

inline constexpr int direction_in_and_out = 2;
inline constexpr int type_conductance = 5;  // "g": a voltage to the ground controls a current to it

/// SPICEdev with the IFdevice at its start.
struct Device {
  const char* name;
  const char* description;
  int* terminals;
  int* name_count;
  const char** terminal_names;
  int* instance_parameter_count;
  void* instance_parameters;
  int* model_parameter_count;
  void* model_parameters;
  void (*code_model)(void*);
  int connection_count;
  const ConnectionInfo* connection;
  int parameter_count;
  void* parameter;
  int variable_count;
  void* variable;
  int flags;

  Function set_parameter;
  Function set_model_parameter;
  int (*load)(ModelHead*, Circuit*);
  int (*setup)(void*, ModelHead*, Circuit*, int*);
  int (*unsetup)(ModelHead*, Circuit*);
  Function pole_zero_setup;
  Function temperature;
  int (*truncate)(ModelHead*, Circuit*, double*);
  Function find_branch;
  int (*ac_load)(ModelHead*, Circuit*);
  Function accept;
  Function destroy;
  int (*delete_model)(ModelHead*);
  int (*delete_instance)(InstanceHead*);
  Function set_initial_conditions;
  Function ask;
  Function ask_model;
  Function pole_zero_load;
  Function convergence_test;
  Function sensitivity[6];
  Function distortion;
  Function noise;
  Function safe_area;
  Function dump;     // CIDER
  Function account;  // CIDER
  int* instance_bytes;
  int* model_bytes;
};

/// coreInfo_t, up to the last function needed.
struct Core {
  Function parse_instance;
  Function get_model;
  Function get_value;
  int (*setup)(void*, ModelHead*, Circuit*, int*);
  int (*unsetup)(ModelHead*, Circuit*);
  Function load;
  Function set_model_parameter;
  Function ask;
  Function ask_model;
  Function truncate;
  Function convergence_test;
  int (*delete_instance)(InstanceHead*);
  int (*delete_model)(ModelHead*);
};

}  // namespace neucasl::ngspice_plugin::xspice
