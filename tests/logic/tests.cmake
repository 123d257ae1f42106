neucasl_add_tests(logic)
