package api

import "github.com/labstack/echo/v4"

// echoContext keeps the framework's name out of the other tests.
type echoContext = echo.Context
