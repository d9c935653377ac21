/**
 * What the plant is: assets, tags, ISA-95 paths, and how a reading becomes a sample of a tag. Pure.
 *
 * <p>Invariant: conversion is stored = raw * factor + offset, coefficients fixed at load.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.plant;
