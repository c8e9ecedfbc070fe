package main

import "os"

// No process can be stopped for a while here.
var freeze, thaw os.Signal
