// A library without the symbol that the host looks up.
extern "C" __attribute__((visibility("default"))) int neucasl_plugin_descripter() { return 0; }
