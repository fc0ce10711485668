"""The words of vSphere that several sources print: states, modes, guest operating systems."""
