# For every Python kernel, also those of people's own environments.

# Above the container's memory limit the system kills one process. It is to be a kernel: notebooks stay open, and
# the kernel starts again. Without this it may be the server, when a kernel's many processes are small ones each.
try:
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
except OSError:
    pass
