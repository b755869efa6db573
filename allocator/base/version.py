"""The version, in one place: read by the build and printed in every report."""

VERSION = "0.2.0"
