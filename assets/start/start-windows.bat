@echo off
rem GeneRAIN Explorer on Windows: a double click starts it.
cd /d "%~dp0"
call :find
if not defined PYTHON (
  echo Python 3.11 or later is needed and is installed now, for you alone.
  winget install --exact --id Python.Python.3.13 --scope user --accept-package-agreements --accept-source-agreements
  call :find
)
if not defined PYTHON (
  echo It could not be installed. Install Python 3.11 or later from python.org, then start again.
  if not defined CI pause
  exit /b 1
)
%PYTHON% start.py %*
if errorlevel 1 if not defined CI pause
exit /b %errorlevel%

:find
set PYTHON=
for %%P in ("py -3.14" "py -3.13" "py -3.12" "py -3.11" "python" """%LOCALAPPDATA%\Programs\Python\Python313\python.exe""") do (
  if not defined PYTHON (
    %%~P -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set PYTHON=%%~P
  )
)
exit /b 0
