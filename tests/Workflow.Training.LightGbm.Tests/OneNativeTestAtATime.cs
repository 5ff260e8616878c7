// LightGBM's number of threads is one variable of the process, and some tests here set it through the C API itself.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
