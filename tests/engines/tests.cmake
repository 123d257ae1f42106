# Every device model of every plugin, in ngspice and in the native engine.
neucasl_add_tests(engines LABELS slow)
add_dependencies(test_engines neucasl_tool)
