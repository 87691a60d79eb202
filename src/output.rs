//! Generated files on their way to the disk: written if changed, or compared with what is there.
